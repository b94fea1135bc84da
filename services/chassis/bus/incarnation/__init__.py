"""Which log an offset counts in, by the cluster's id and the topic's: one that comes back is another place."""
