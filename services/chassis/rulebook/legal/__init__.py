"""The law inside the rulebook: its entries asked like rules, and rule files that would lift it refused."""
