"""Prices as cards: what the editor's script shows and sends, checked and priced by the rules that commands follow."""
