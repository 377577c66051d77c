"""What can be wrong with a PDF or a scanned image as a whole, with the remedy."""

from parsers.form import Problem


def unreadable(reason: str = "") -> Problem:
    """Say that the bytes are no PDF that can be opened."""
    return Problem(
        code="pdf.unreadable",
        message="the PDF is damaged and cannot be opened",
        found=reason or None,
        remedy="Open the file yourself; if that fails too, ask the sender for it again.",
    )


def password_needed() -> Problem:
    """Say that the document is encrypted and no password that we have opens it."""
    return Problem(
        code="pdf.password",
        message="the PDF is encrypted and needs a password",
        remedy="Ask the sender for a PDF without a password, or save a copy without one.",
    )


def xfa() -> Problem:
    """Say that it is a dynamic form, whose page only asks for another viewer."""
    return Problem(
        code="pdf.xfa",
        message="this is a dynamic XFA form, which cannot be read",
        remedy="Print the form to a plain PDF and send that.",
    )


def too_many_pages(total: int, limit: int) -> Problem:
    """Say that the document is longer than what is read of one."""
    return Problem(
        code="pdf.page_limit",
        message=f"the document has {total} pages, of which the first {limit} were read",
        found=f"{total} pages",
        expected=f"at most {limit} pages",
        remedy="Split the document into one file for each invoice.",
    )


def too_big() -> Problem:
    """Say that reading needs more memory than a document may take."""
    return Problem(
        code="pdf.too_big",
        message="the document needs more memory than one may take and was given up",
        remedy="Ask the sender for a plainer PDF, or scan the page again at 300 dpi.",
    )


def too_large(size: int, limit: int) -> Problem:
    """Say that the file is larger than what is read."""
    return Problem(
        code="pdf.too_large",
        message="the file is too large to be read",
        found=f"{size} bytes",
        expected=f"at most {limit} bytes",
        remedy="Send the invoice without its enclosures.",
    )


def too_slow(page: int) -> Problem:
    """Say that reading took longer than it may; `page` is the one that it came to."""
    return Problem(
        code="pdf.too_slow",
        message=f"page {page} takes longer to read than a page may and was given up",
        at=f"page {page}",
        remedy="Ask the sender for a plainer PDF; this one may be made to do harm.",
    )


def crashed(page: int, reason: str) -> Problem:
    """Say that the reading process died, as it does when a page bursts its bounds."""
    return Problem(
        code="pdf.crashed",
        message=f"reading ended at page {page}: the page needs more than a page may take",
        at=f"page {page}",
        found=reason,
        remedy="Ask the sender for a plainer PDF; this one may be made to do harm.",
    )


def no_tesseract() -> Problem:
    """Say that a scan came and the program that reads scans is missing."""
    return Problem(
        code="pdf.no_ocr",
        message="the document is a scan, and Tesseract is not installed to read it",
        remedy="Install tesseract-ocr (make setup does) and send the document again.",
    )


def ocr_failed(page: int, reason: str) -> Problem:
    """Tesseract failed or took too long on a page."""
    return Problem(
        code="pdf.ocr_failed",
        message=f"page {page} is a scan that Tesseract could not read",
        at=f"page {page}",
        found=reason,
        remedy="Scan the page again at 300 dpi, or type the invoice in.",
    )


def broken_image(reason: str) -> Problem:
    """Say that the bytes are no image that can be opened."""
    return Problem(
        code="pdf.broken_image",
        message="the image is damaged and cannot be opened",
        found=reason,
        remedy="Scan the page again, or ask the sender for it again.",
    )


def image_too_large(page: int, pixels: int, limit: int) -> Problem:
    """Say that a picture has more pixels than are read."""
    return Problem(
        code="pdf.image_too_large",
        message=f"the picture on page {page} is too large to be read",
        at=f"page {page}",
        found=f"{pixels} pixels",
        expected=f"at most {limit} pixels",
        remedy="Scan the page again at 300 dpi.",
    )


def too_many_scans(page: int, limit: int) -> Problem:
    """More pages would have to go through Tesseract than one document may have."""
    return Problem(
        code="pdf.page_limit",
        message=f"page {page} is a scan beyond the {limit} that are read of one document",
        at=f"page {page}",
        expected=f"at most {limit} scanned pages",
        remedy="Split the document into one file for each invoice.",
    )


def page_unreadable(page: int) -> Problem:
    """One page of the document is damaged."""
    return Problem(
        code="pdf.page_unreadable",
        message=f"page {page} is damaged and could not be read",
        at=f"page {page}",
        remedy="Ask the sender for the document again.",
    )


def hidden_text(page: int, at: str, quoted: str) -> Problem:
    """Text is there that nobody sees: an accident, or an attempt to be read otherwise than seen."""
    return Problem(
        code="pdf.hidden_text",
        severity="warning",
        message=f"text that cannot be seen on page {page} was left out",
        at=at,
        found=quoted,
        remedy="Compare the page with what was read; ask the sender why it hides text.",
    )
