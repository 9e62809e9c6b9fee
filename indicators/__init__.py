"""What the numbers mean: pure functions over bars and targets."""

from indicators.analysis import Analysis, analyse
from indicators.atr import average_true_range
from indicators.bollinger import bollinger_bands
from indicators.moving_average import ema
from indicators.odds.touch import touch_probability
from indicators.summary.summary import technical_read
from indicators.trendlines.trendlines import Trendline, find_trendlines
from indicators.zones import Zone, find_zones

__all__ = [
    "Analysis",
    "Trendline",
    "Zone",
    "analyse",
    "average_true_range",
    "bollinger_bands",
    "ema",
    "find_trendlines",
    "find_zones",
    "technical_read",
    "touch_probability",
]
