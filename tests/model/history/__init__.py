"""What happened so far: movements of each account, and what became of each dwelling."""
