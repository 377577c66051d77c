"""The addresses of the pages about partners."""

from aiohttp import web

from gateway.doors.guard import needs
from gateway.web.partners.listing import partners_page
from gateway.web.partners.onboarding import onboarding_page, test_now, try_file
from gateway.web.partners.one import guide_page, partner_page
from gateway.web.partners.profile import profile_page, put_profile_live, try_profile

_NAME = r"{name:[A-Za-z0-9][A-Za-z0-9._-]{0,99}}"


def add_partner_pages(app: web.Application) -> None:
    """Add them to `app`."""
    read, write = needs("partners:read"), needs("partners:write")
    one = f"/partners/{_NAME}"
    app.add_routes(
        [
            web.get("/partners", read(partners_page)),
            web.get(one, read(partner_page)),
            web.get(f"{one}/guide", read(guide_page)),
            web.get(f"{one}/start", read(onboarding_page)),
            web.post(f"{one}/test", write(test_now)),
            web.post(f"{one}/try", read(try_file)),
            web.get(f"{one}/profile", write(profile_page)),
            web.post(f"{one}/profile/try", write(try_profile)),
            web.post(f"{one}/profile", write(put_profile_live)),
        ]
    )
