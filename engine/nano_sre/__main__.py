"""`python -m nano_sre` is `nano-sre`."""

from nano_sre.cli.main import main

main()
