"""Writings of the streets without city, district and office → short name, as the rivals' authors would list them."""

OFFICIAL = {
    "曹杨": "曹杨新村街道", "甘泉": "甘泉路街道", "石泉": "石泉路街道", "长风": "长风新村街道", "长寿": "长寿路街道",
    "宜川": "宜川路街道", "真如": "真如镇街道", "万里": "万里街道", "长征": "长征镇", "桃浦": "桃浦镇",
}
STREETS = {**{o: s for s, o in OFFICIAL.items()}, **{s: s for s in OFFICIAL}}
