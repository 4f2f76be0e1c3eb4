"""How a loss passes from one balance sheet to the next."""
