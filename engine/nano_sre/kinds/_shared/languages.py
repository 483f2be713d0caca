"""Words that shops use, in the languages of most Shopify stores: the last resort where no contract marks a thing.

All lower case; matched against folded text. A word that is short or ambiguous in any language is left out.
"""

from __future__ import annotations

SUBTOTAL = (
    "subtotal", "sub-total", "sub total", "items subtotal", "zwischensumme", "warenwert", "sous-total",
    "sous total", "subtotale", "subtotaal", "delsumma", "delsum", "mellansumma", "välisumma", "suma częściowa",
    "suma cząstkowa", "wartość koszyka", "mezisoučet", "subtotal dos produtos", "小計",
)  # fmt: skip
TOTAL = (
    "total", "grand total", "order total", "estimated total", "total due", "amount due", "gesamtsumme",
    "gesamtbetrag", "gesamt", "summe", "total estimé", "montant total", "importe total", "total estimado",
    "totale", "totale stimato", "totaal", "geschat totaal", "eindtotaal", "summa", "totalt", "totalsumma",
    "samlet", "i alt", "beløb i alt", "sum", "totalsum", "yhteensä", "loppusumma", "suma", "razem", "łącznie",
    "do zapłaty", "valor total", "celkem", "součet", "合計", "総計", "お支払い金額",
)  # fmt: skip
NOT_TOTAL = (
    "saving", "saved", "discount", "rabatt", "ersparnis", "gespart", "remise", "économie", "descuento", "ahorro",
    "sconto", "risparmi", "korting", "rabat", "alennus", "desconto", "sleva", "割引", "tax", "mwst", "steuer",
    "tva", "iva", "btw", "moms", "mva", "alv", "vat", "dph", "税", "weight", "gewicht",
)  # fmt: skip
ORDER_SUMMARY = (
    "order summary", "bestellübersicht", "bestellzusammenfassung", "récapitulatif de la commande",
    "résumé de la commande", "resumen del pedido", "riepilogo dell'ordine", "riepilogo ordine", "besteloverzicht",
    "ordersammanfattning", "ordreoversigt", "ordresammendrag", "bestillingsoversikt", "tilauksen yhteenveto",
    "podsumowanie zamówienia", "resumo do pedido", "souhrn objednávky", "注文概要",
)  # fmt: skip
CART = (
    "cart", "bag", "basket", "warenkorb", "einkaufswagen", "panier", "carrito", "cesta", "carrello",
    "winkelwagen", "winkelmand", "varukorg", "kundvagn", "kurv", "indkøbskurv", "handlekurv", "ostoskori",
    "koszyk", "carrinho", "sacola", "košík", "カート",
)  # fmt: skip
CHECKOUT = (
    "checkout", "check out", "zur kasse", "kasse", "passer la commande", "paiement", "procéder au paiement",
    "finalizar pedido", "pagar pedido", "tramitar pedido", "finalizar compra", "procedi al checkout", "cassa",
    "afrekenen", "naar de kassa", "till kassan", "kassan", "gå til kassen", "til kassen", "kassalle",
    "siirry kassalle", "do kasy", "przejdź do kasy", "finalizar a compra", "fechar pedido", "k pokladně",
    "pokladna", "ご購入手続きへ", "レジに進む",
)  # fmt: skip
CLOSE = (
    "close", "dismiss", "no thanks", "no, thanks", "not now", "maybe later", "schließen", "nein danke",
    "nein, danke", "später", "fermer", "non merci", "non, merci", "plus tard", "cerrar", "no gracias",
    "no, gracias", "chiudi", "no grazie", "no, grazie", "sluiten", "nee bedankt", "nee, bedankt", "stäng",
    "nej tack", "luk", "nej tak", "lukk", "nei takk", "sulje", "ei kiitos", "zamknij", "nie dziękuję",
    "nie, dziękuję", "fechar", "não obrigado", "não, obrigado", "zavřít", "ne, děkuji", "閉じる", "\u00d7", "✕", "x",
)  # fmt: skip
PAY = (
    "pay", "place order", "complete order", "buy now", "jetzt bezahlen", "bezahlen", "kostenpflichtig",
    "zahlungspflichtig", "jetzt kaufen", "bestellung abschließen", "bestellung aufgeben", "payer",
    "valider la commande", "acheter", "pagar", "realizar pedido", "completar pedido", "comprar", "paga", "acquista",
    "completa l'ordine", "betalen", "betaal", "bestelling plaatsen", "betala", "slutför köp", "betal", "gennemfør",
    "fullfør", "maksa", "tee tilaus", "zapłać", "zamawiam", "kupuję", "concluir", "zaplatit", "objednat",
    "支払う", "注文を確定", "購入する",
)  # fmt: skip
PAYMENT = (
    "payment", "zahlung", "bezahlung", "zahlungsart", "paiement", "pago", "pagamento", "betaling", "betalning",
    "maksu", "płatność", "płatności", "platba", "支払い", "お支払い",
)  # fmt: skip
CARD_NUMBER = (
    "card number", "credit card number", "kartennummer", "numéro de carte", "numero de carte", "número de tarjeta",
    "número de la tarjeta", "numero di carta", "numero carta", "numero della carta", "kaartnummer", "kortnummer",
    "kortin numero", "numer karty", "número do cartão", "číslo karty", "カード番号",
)  # fmt: skip
SOLD_OUT = (
    "sold out", "out of stock", "unavailable", "ausverkauft", "nicht verfügbar", "vergriffen", "épuisé",
    "rupture de stock", "indisponible", "agotado", "no disponible", "esaurito", "non disponibile", "uitverkocht",
    "niet beschikbaar", "slutsåld", "udsolgt", "utsolgt", "loppuunmyyty", "wyprzedane", "niedostępny", "esgotado",
    "indisponível", "vyprodáno", "売り切れ", "品切れ",
)  # fmt: skip
FREE = (
    "free", "kostenlos", "gratis", "gratuit", "gratuito", "maksuton", "ilmainen", "bezpłatnie", "darmowa",
    "za darmo", "grátis", "zdarma", "無料",
)  # fmt: skip
MORE = ("+", "increase", "erhöhen", "augmenter", "aumentar", "aumenta", "verhogen", "öka", "øg", "øk", "lisää",
        "zwiększ", "zvýšit", "増やす")  # fmt: skip
FEWER = ("-", "\u2212", "\u2013", "decrease", "verringern", "reduzieren", "réduire", "diminuer", "disminuir",
         "reducir", "diminuisci", "verlagen", "minska", "reducer", "reduser", "vähennä", "zmniejsz", "diminuir",
         "snížit", "減らす")  # fmt: skip


def fold(text: str) -> str:
    """Text as words are compared: white space folded, capitals ignored."""
    return " ".join(text.split()).casefold()


def says(text: str, words: tuple[str, ...]) -> bool:
    """Whether the text is one of the words, or holds one as a word of its own."""
    folded = fold(text)
    return folded in words or any(_holds(folded, word) for word in words if len(word) > 2)


def _holds(text: str, word: str) -> bool:
    at = text.find(word)
    if at < 0:
        return False
    if not word.isascii():
        return True
    before, after = text[at - 1 : at], text[at + len(word) : at + len(word) + 1]
    return not before.isalpha() and not after.isalpha()
