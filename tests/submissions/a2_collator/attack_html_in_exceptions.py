# promise: all RAISED
"""Puts HTML, scripts and entities where a report is a page."""

PAGE = "</pre></code><script>alert(20)</script><img src=x onerror=alert(1)>&lt;&#x27;"


def PaddingCollator(*settings, **more):
    print(PAGE)
    raise ValueError(PAGE)


def position_ids(attention_mask):
    raise type(PAGE, (Exception,), {})(PAGE)
