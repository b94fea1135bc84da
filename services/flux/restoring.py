"""How much of a turn comes back to a party whose proposal closed without being counted."""


def restored(uncounted: int, balance: int, accrued_in_window: int) -> int:
    """Units given back, between 0 and `uncounted`.

    A party may be restored up to what its share gave it over the last `restore_cap_days` (`accrued_in_window`):
    above that it would be offered everything first while dwellings stand empty. `balance` is its
    credit - engaged before restoring. All in units of a dwelling.
    """
    return max(0, min(uncounted, accrued_in_window - balance))
