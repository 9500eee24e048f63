"""A mail server of another make for the tests of `mail`: aiosmtpd takes a letter over, Python's `email` parses it, and what was found
there is told on stdout as one JSON object a line. Its first line holds the port. It ends when its stdin does.

Usage: server.py {none|starttls|implicit} [CERTIFICATE KEY] [USER PASSWORD]
"""

import asyncio
import json
import ssl
import sys
from email import message_from_bytes, policy

from aiosmtpd.smtp import SMTP, AuthResult


def tell(value):
    print(json.dumps(value), flush=True)


class Mailbox:
    """Takes every letter but those to certain addresses, as servers do that have a reason."""

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        refusals = {
            "nobody": f"550 5.1.1 <{address}>: no such user here",
            "later": f"451 4.7.1 <{address}>: come back later",
        }
        refusal = refusals.get(address.split("@")[0])
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = message_from_bytes(envelope.content, policy=policy.default)
        tell(
            {
                "sender": envelope.mail_from,
                "recipients": envelope.rcpt_tos,
                "is_encrypted": session.ssl is not None or server.transport.get_extra_info("ssl_object") is not None,
                "is_signed_in": bool(session.authenticated),
                "defects": [str(defect) for part in message.walk() for defect in part.defects],
                "headers": [[name, str(value)] for name, value in message.items()],
                "content_type": message.get_content_type(),
                "parts": [
                    [part.get_content_type(), part.get_content_charset(), part.get_content()]
                    for part in message.iter_parts()
                ],
            }
        )
        if "full" in envelope.rcpt_tos[0]:
            return f"552 5.2.2 mailbox of {envelope.rcpt_tos[0]} is full"
        return "250 OK"


def authenticator(user, password):
    def check(server, session, envelope, mechanism, given):
        is_right = given.login == user.encode() and given.password == password.encode()
        # Not handled: the answer to a wrong password is the server's own.
        return AuthResult(success=is_right, handled=False)

    return check


async def serve(protection, certificate, login):
    context = None
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*certificate)
    options = {"enable_SMTPUTF8": True, "ident": "test"}
    if protection == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if login:
        options |= {"authenticator": authenticator(*login), "auth_required": True, "auth_require_tls": protection == "starttls"}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Mailbox(), **options),
        "127.0.0.1",
        0,
        ssl=context if protection == "implicit" else None,
    )
    tell({"port": server.sockets[0].getsockname()[1]})
    await loop.run_in_executor(None, sys.stdin.read)


arguments = sys.argv[2:]
asyncio.run(serve(sys.argv[1], arguments[:2], arguments[2:4]))
