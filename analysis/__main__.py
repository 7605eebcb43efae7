"""`python -m analysis` is the same as `suishenxue`."""

from analysis.cli import main

main()
