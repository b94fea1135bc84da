"""Real processes on a real Kafka and a real PostgreSQL, tormented for a while; then everything is proved."""

from tests.faults.campaign.campaign import Campaign, Report, campaign
from tests.faults.campaign.telling import tell

__all__ = ["Campaign", "Report", "campaign", "tell"]
