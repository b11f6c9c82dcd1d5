"""Commands on wallets: made, changed, topped up, drawn down by hand, kept up to date, ended."""
