"""`python -m gateway` is `dockmatch`."""

from gateway.cli import main

main()
