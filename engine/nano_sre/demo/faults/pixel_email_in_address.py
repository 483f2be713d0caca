"""The shopper's e-mail address is part of the page's address that vendors are told."""

EDIT = 'event.page += (event.page.indexOf("?") < 0 ? "?" : "&") + "email=qa%40example.com";'
