"""Cookie banners: the buttons of well-known consent platforms, and the words on everybody else's."""

from __future__ import annotations

ACCEPT: tuple[str, ...] = (
    "#shopify-pc__banner__btn-accept",
    "#onetrust-accept-btn-handler",
    "#CybotCookiebotDialogBodyLevelButtonLevelOptinAllowAll",
    "#CybotCookiebotDialogBodyButtonAccept",
    "[data-testid=uc-accept-all-button]",
    "#uc-btn-accept-banner",
    "#accept.uc-accept-button",
    "#didomi-notice-agree-button",
    ".klaro .cm-btn-accept-all",
    ".klaro .cm-btn-success",
    ".cmplz-accept",
    "#truste-consent-button",
    ".qc-cmp2-summary-buttons button[mode=primary]",
    ".iubenda-cs-accept-btn",
    ".cky-btn-accept",
    ".osano-cm-accept-all",
    "[data-tid=banner-accept]",
    "#cn-accept-cookie",
    "[data-cookie-accept-all]",
    "#cc-main [data-role=all]",
    ".cc-window .cc-allow",
    ".cc-window .cc-dismiss",
    ".fc-consent-root .fc-cta-consent",
    ".t_acceptAllButton",
)
REFUSE: tuple[str, ...] = (
    "#shopify-pc__banner__btn-decline",
    "#onetrust-reject-all-handler",
    "#CybotCookiebotDialogBodyButtonDecline",
    "#CybotCookiebotDialogBodyLevelButtonLevelOptinDeclineAll",
    "[data-testid=uc-deny-all-button]",
    "#uc-btn-deny-banner",
    "#deny.uc-deny-button",
    "#didomi-notice-disagree-button",
    ".didomi-continue-without-agreeing",
    ".klaro .cn-decline",
    ".klaro .cm-btn-decline",
    ".cmplz-deny",
    "#truste-consent-required",
    ".iubenda-cs-reject-btn",
    ".cky-btn-reject",
    ".osano-cm-denyAll",
    "[data-tid=banner-decline]",
    "#cn-refuse-cookie",
    "[data-cookie-refuse]",
    "#cc-main [data-role=necessary]",
    ".cc-window .cc-deny",
    ".fc-consent-root .fc-cta-do-not-consent",
    ".t_declineAllButton",
)
ABOUT = (  # a part of the page that mentions one of these is about consent
    "cookie consent privacy gdpr datenschutz einwilligung vie_privée confidentialité traceurs galletas privacidad "
    "riservatezza toestemming kakor samtycke samtykke privatliv prywatno zgod privacidade クッキー プライバシー"
)
ACCEPT_WORDS: tuple[str, ...] = (
    # en
    "accept", "accept all", "accept all cookies", "accept cookies", "allow all", "allow all cookies",
    "allow cookies", "allow", "i accept", "i agree", "agree", "agree and continue", "got it", "ok",
    "okay", "yes, i agree", "accept & close",
    # de
    "akzeptieren", "alle akzeptieren", "alle cookies akzeptieren", "cookies akzeptieren", "zustimmen",
    "alle zulassen", "allen zustimmen", "alles akzeptieren", "einverstanden", "ich stimme zu",
    "annehmen", "alle annehmen", "verstanden",
    # fr
    "accepter", "tout accepter", "accepter tout", "accepter tous les cookies", "accepter les cookies",
    "j'accepte", "autoriser", "tout autoriser", "ok pour moi", "accepter et fermer", "d'accord",
    # es
    "aceptar", "aceptar todo", "aceptar todas", "aceptar cookies", "aceptar todas las cookies",
    "permitir todas", "acepto", "aceptar y cerrar", "permitir",
    # it
    "accetta", "accetta tutti", "accetta tutto", "accetta i cookie", "accetta tutti i cookie", "accetto",
    "consenti tutti", "consenti", "ho capito",
    # nl
    "accepteren", "alles accepteren", "alle cookies accepteren", "cookies accepteren", "akkoord",
    "toestaan", "alles toestaan", "ik ga akkoord", "accepteer", "accepteer alles",
    # sv
    "acceptera", "acceptera alla", "acceptera alla cookies", "godkänn", "godkänn alla", "tillåt alla",
    "jag godkänner", "jag förstår",
    # da
    "accepter alle", "accepter alle cookies", "acceptér", "acceptér alle", "tillad alle", "godkend",
    "godkend alle",
    # pl
    "akceptuję", "akceptuj", "akceptuj wszystkie", "zaakceptuj wszystkie", "zaakceptuj", "zgadzam się",
    "zezwól na wszystkie", "akceptuję wszystkie",
    # pt
    "aceitar", "aceitar tudo", "aceitar todos", "aceitar cookies", "aceitar todos os cookies", "aceito",
    "concordo", "permitir todos",
    # ja
    "同意する", "すべて同意する", "すべて受け入れる", "すべて許可", "すべて許可する", "許可する",
    "承諾する", "同意します",
)  # fmt: skip
REFUSE_WORDS: tuple[str, ...] = (
    # en
    "decline", "decline all", "reject", "reject all", "reject all cookies", "refuse", "refuse all",
    "deny", "deny all", "only necessary", "necessary only", "only essential", "essential only",
    "use necessary cookies only", "no thanks", "i do not accept", "disagree",
    "continue without accepting", "accept only necessary", "accept necessary only",
    "necessary cookies only", "reject non-essential", "only required",
    # de
    "ablehnen", "alle ablehnen", "alles ablehnen", "nur notwendige", "nur notwendige cookies",
    "nur erforderliche", "nur essenzielle", "nur essenzielle cookies akzeptieren", "nein danke",
    "cookies ablehnen", "nur notwendige akzeptieren", "nur technisch notwendige",
    "weiter ohne zustimmung",
    # fr
    "refuser", "tout refuser", "refuser tout", "je refuse", "continuer sans accepter",
    "uniquement nécessaires", "non merci", "rejeter", "tout rejeter", "refuser les cookies",
    # es
    "rechazar", "rechazar todo", "rechazar todas", "rechazar cookies", "solo necesarias", "denegar",
    "no acepto", "rechazar todas las cookies", "continuar sin aceptar",
    # it
    "rifiuta", "rifiuta tutti", "rifiuta tutto", "solo necessari", "nega", "rifiuto",
    "continua senza accettare",
    # nl
    "weigeren", "alles weigeren", "afwijzen", "alles afwijzen", "alleen noodzakelijk",
    "alleen noodzakelijke", "alleen noodzakelijke cookies", "weiger", "alles weigeren en doorgaan",
    # sv
    "avvisa", "avvisa alla", "neka", "neka alla", "endast nödvändiga", "bara nödvändiga",
    "tillåt endast nödvändiga",
    # da
    "afvis", "afvis alle", "kun nødvendige", "kun nødvendige cookies", "nej tak", "afslå",
    # pl
    "odrzuć", "odrzuć wszystkie", "tylko niezbędne", "nie zgadzam się", "odmów", "odrzucam",
    # pt
    "recusar", "recusar tudo", "recusar todos", "rejeitar", "rejeitar tudo", "rejeitar todos",
    "apenas necessários", "somente necessários", "não aceito",
    # ja
    "拒否", "拒否する", "すべて拒否", "すべて拒否する", "必要なもののみ", "必須のみ", "同意しない", "許可しない",
)  # fmt: skip
LATE = (  # a part that appears later must be about cookies: what a shopper opens may speak of privacy, too
    "cookie consent gdpr einwilligung traceurs galletas toestemming kakor samtycke samtykke zgod クッキー"
)
FRAMES = ("consent", "cookie", "cmp", "privacy")  # a banner's own frame has one of these in its address

PRESSED = "nano-sre-consent"  # the symbol by which a document remembers when the banner's button was pressed

PRESS = """([selectors, words, about]) => {
  const fold = (text) => (text || '').normalize('NFKC').replace(/[\\u2018\\u2019]/g, "'").replace(/\\s+/g, ' ').trim()
    .toLowerCase();
  const roots = [document];
  for (const host of document.querySelectorAll('[id*=consent i],[id*=cookie i],[id*=centrics i],[id*=cmp i]'))
    if (host.shadowRoot) roots.push(host.shadowRoot);
  const shown = (el) => {
    if (el.checkVisibility && !el.checkVisibility({visibilityProperty: true})) return false;
    const box = el.getBoundingClientRect();
    return box.width > 0 && box.height > 0;
  };
  const name = (el) => fold(el.getAttribute('aria-label') || el.value || el.textContent);
  const press = (el, said) => {
    const now = globalThis[Symbol.for('nano-sre-consent')] = Date.now();
    el.click();
    return [said, now];
  };
  for (const root of roots) {
    const known = [...root.querySelectorAll(selectors.join(','))].find(shown);
    if (known) return press(known, name(known) || 'the banner');
  }
  const parts = 'dialog,[role=dialog],[role=alertdialog],[aria-modal],[role=region],[role=complementary],aside,section,'
    + '[id*=cookie i],[class*=cookie i],[id*=consent i],[class*=consent i]';
  for (const root of roots) for (const part of root.querySelectorAll(parts)) {
    const text = part.textContent;
    if (text.length > 6000 || !shown(part)) continue;
    const folded = fold(text);
    if (!about.some((word) => folded.includes(word))) continue;
    const buttons = [...part.querySelectorAll('button,[role=button],input[type=button],input[type=submit],a')];
    const fits = buttons.find((el) => words.includes(name(el).replace(/[.!✓]+$/, '').trim()) && shown(el));
    if (fits) return press(fits, name(fits));
  }
  return null;
}"""


def question(consent: str, *, about: str = ABOUT) -> list[object]:
    """The argument of `PRESS`: what to press for `accept` or `refuse`, in a part that mentions a word of `about`."""
    words = [word.replace("_", " ") for word in about.split()]
    if consent == "accept":
        return [ACCEPT, ACCEPT_WORDS, words]
    return [REFUSE, REFUSE_WORDS, words]
