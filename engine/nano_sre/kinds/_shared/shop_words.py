"""More words that shops use, in the languages of most Shopify stores: for searching, removing, codes and orders.

Like `languages`: all lower case, matched against folded text, the last resort where no contract marks a thing.
"""

from __future__ import annotations

SEARCH = (
    "search", "suche", "suchen", "rechercher", "recherche", "buscar", "búsqueda", "cerca", "ricerca", "zoeken",
    "sök", "søg", "søk", "haku", "hae", "etsi", "szukaj", "wyszukaj", "pesquisar", "pesquisa", "hledat", "検索",
)  # fmt: skip
REMOVE = (
    "remove", "delete", "entfernen", "löschen", "supprimer", "retirer", "enlever", "eliminar", "quitar", "borrar",
    "rimuovi", "elimina", "verwijderen", "verwijder", "ta bort", "radera", "fjern", "slet", "slett", "poista",
    "usuń", "remover", "odstranit", "odebrat", "削除",
)  # fmt: skip
DISCOUNT = (
    "discount", "coupon", "promo code", "promotion code", "voucher", "rabatt", "rabattcode", "gutschein",
    "gutscheincode", "code promo", "code de réduction", "réduction", "descuento", "cupón", "sconto",
    "codice sconto", "buono", "korting", "kortingscode", "rabattkod", "rabatkode", "rabattkode", "alennuskoodi",
    "alennus", "kod rabatowy", "desconto", "cupom", "slevový kód", "割引", "クーポン",
)  # fmt: skip
ORDER = (
    "order", "confirmation", "bestellung", "bestellnummer", "bestätigungsnummer", "bestätigung", "commande",
    "confirmation", "pedido", "confirmación", "ordine", "conferma", "bestelling", "bevestiging",
    "beställning", "order nr", "ordre", "bekræftelse", "bestilling", "bekreftelse", "tilaus", "vahvistus",
    "zamówienie", "potwierdzenie", "encomenda", "confirmação", "objednávka", "potvrzení", "注文", "確認",
)  # fmt: skip
