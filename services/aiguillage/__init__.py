"""aiguillage"""
