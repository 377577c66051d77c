"""The addresses of the sign-in and of the pages about people."""

from aiohttp import web

from gateway.doors.guard import needs
from gateway.doors.services import SERVICES
from gateway.people.oidc import Provider
from gateway.web import account, people, policies, signing, single_sign_on

_ID = r"{id:\d{1,9}}"
_SESSION = r"{session:\d{1,9}}"
_OF_A_LINK = r"{secret:[\w-]{20,64}}"


def add_entrance(app: web.Application) -> None:
    """Add the sign-in and the pages about people to `app`."""
    services = app[SERVICES]
    app[single_sign_on.PROVIDER] = Provider(services.people.oidc, services.clock)
    may_say = needs("people:write")
    app.add_routes(
        [
            web.get("/sign-in", signing.ask),
            web.post("/sign-in", signing.sign_in),
            web.get(f"/sign-in/link/{_OF_A_LINK}", signing.ask_password),
            web.post(f"/sign-in/link/{_OF_A_LINK}", signing.set_password),
            web.get("/sign-in/oidc", single_sign_on.leave),
            web.get("/sign-in/oidc/back", single_sign_on.arrive),
            web.post("/sign-out", needs()(signing.sign_out)),
            web.get("/account", needs()(account.show_account)),
            web.post("/account/password", needs()(account.change_password)),
            web.post("/account/sessions/end", needs()(account.own_sessions_end)),
            web.post(f"/account/sessions/{_ID}/end", needs()(account.end_session)),
            web.get("/people", may_say(people.listed)),
            web.post("/people", may_say(people.invite)),
            web.get(f"/people/{_ID}", may_say(people.one)),
            web.post(f"/people/{_ID}", may_say(people.change)),
            web.post(f"/people/{_ID}/disable", may_say(people.disable)),
            web.post(f"/people/{_ID}/enable", may_say(people.enable)),
            web.post(f"/people/{_ID}/link", may_say(people.make_link)),
            web.post(f"/people/{_ID}/sessions/{_SESSION}/end", may_say(people.end_session)),
            web.get("/policies", needs()(policies.show_policies)),
            web.post("/policies", needs(policies.WRITES)(policies.keep)),
            web.post("/policies/groups", needs(policies.WRITES)(policies.make_group)),
            web.post("/policies/group", needs(policies.WRITES)(policies.change_group)),
        ]
    )
