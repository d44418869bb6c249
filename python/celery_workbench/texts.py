"""Texts for people: bounded, and without passwords."""
import re
import traceback

LIMIT = 4000
URL_PASSWORD = re.compile(r'\b([a-z][a-z0-9+.-]*://)([^\s:@/]*):([^\s@/]+)@', re.IGNORECASE)


def mask(text):
    """Hides the passwords of URLs, as src/shared/redact.ts does."""
    return URL_PASSWORD.sub(r'\1\2:***@', text)


def bounded(text, limit=LIMIT):
    return text if len(text) <= limit else text[:limit] + '…'


def bounded_repr(value, limit=LIMIT):
    """`repr`, but never an exception and never without bounds."""
    try:
        return bounded(repr(value), limit)
    except Exception as error:
        return f'<{type(value).__name__} whose repr raised {type(error).__name__}>'


def describe_error(error):
    """`KeyError: 'x'`, as the last line of a traceback."""
    return mask(bounded(''.join(traceback.format_exception_only(type(error), error)).strip()))


def capital(text):
    return text[:1].upper() + text[1:]


def utf16(text):
    """Length as JavaScript and LSP count it."""
    return len(text.encode('utf-16-le', 'surrogatepass')) // 2


def plain(value):
    """JSON of a setting; what JSON has no form for becomes its text."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if value is None or isinstance(value, (bool, str)):
        return value
    if hasattr(value, 'name') and type(value).__module__ == 'ssl':
        return value.name
    if isinstance(value, int) or (isinstance(value, float) and value == value and abs(value) != float('inf')):
        return value
    return bounded_repr(value)
