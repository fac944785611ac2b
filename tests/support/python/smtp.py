"""A real SMTP server for the tests, with real TLS and sign-in, that can also misbehave.

    smtp.py --folder DIR [--host 127.0.0.1] [--port 0] [--tls starttls|implicit|none] [--auth USER:PASS] [--mode MODE]
            [--seconds N] [--self-issued] [--silent HOST,…]

Each accepted message becomes one DIR/<n>.eml, written under another name and renamed. DIR/ca.pem is the authority behind
the certificate, made at start; with --self-issued it is the certificate itself, which calls itself an authority, as those
of `openssl req -x509` do. At the hosts of --silent the same port swallows every packet. Prints `ready PORT`, then answers lines on standard input: `mode MODE [SECONDS]` with `ok`,
`connections` with the number of connections that brought messages. Ends when standard input does. Modes: normal; reject (550 for every recipient); tempfail (451); slow (accepts after
SECONDS); die (closes the connection in the middle of DATA).
"""

import argparse
import asyncio
import datetime
import ipaddress
import itertools
import logging
import os
import socket
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

MODES = ["normal", "reject", "tempfail", "slow", "die"]


class Post:
    """Takes messages in, or does what the mode says."""

    def __init__(self, options):
        self.folder, self.mode, self.seconds = options.folder, options.mode, options.seconds
        self.numbers = itertools.count(1)
        self.peers = set()

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if self.mode == "reject":
            return f"550 5.1.1 <{address}> is unknown here"
        if self.mode == "tempfail":
            return f"451 4.7.1 <{address}> is greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.mode == "slow":
            await asyncio.sleep(self.seconds)
        self.peers.add(session.peer)
        path = os.path.join(self.folder, f"{next(self.numbers)}.eml")
        with open(path + ".part", "wb") as file:
            file.write(envelope.original_content)
        os.rename(path + ".part", path)
        return "250 OK"


class Server(SMTP):
    async def smtp_DATA(self, arg):
        if self.event_handler.mode != "die":
            return await super().smtp_DATA(arg)
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        await self._reader.read(64)
        self.transport.abort()


def certificate(name, key, signer_name, signer_key, *extensions):
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(signer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=2))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(signer_key, hashes.SHA256())


def make_certificates(folder, self_issued):
    """Writes ca.pem, and server.pem with its key, for localhost, mail.test and 127.0.0.1."""
    named = lambda text: x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
    ca_name, ca_key = named("Rekey test authority"), ec.generate_private_key(ec.SECP256R1())
    names = [x509.DNSName("localhost"), x509.DNSName("mail.test"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    subject = (x509.SubjectAlternativeName(names), False)
    authority = (x509.BasicConstraints(ca=True, path_length=0), True)
    if self_issued:
        key = ca_key
        ca = leaf = certificate(ca_name, ca_key, ca_name, ca_key, subject, authority)
    else:
        key = ec.generate_private_key(ec.SECP256R1())
        ca = certificate(ca_name, ca_key, ca_name, ca_key, authority)
        ordinary = (x509.BasicConstraints(ca=False, path_length=None), True)
        leaf = certificate(named("localhost"), key, ca_name, ca_key, subject, ordinary)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with open(os.path.join(folder, "ca.pem"), "wb") as file:
        file.write(ca.public_bytes(pem))
    with open(os.path.join(folder, "server.pem"), "wb") as file:
        file.write(leaf.public_bytes(pem) + private)


def protection(options):
    """What aiosmtpd wants to hear about TLS and sign-in: the arguments of SMTP, and the context of an implicit TLS port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.path.join(options.folder, "server.pem"))
    settings = {"enable_SMTPUTF8": True, "hostname": "localhost", "auth_require_tls": options.tls == "starttls"}
    if options.tls == "starttls":
        settings |= {"tls_context": context, "require_starttls": True}
    if options.auth:
        expected = tuple(part.encode() for part in options.auth.split(":", 1))

        def check(server, session, envelope, mechanism, data):
            return AuthResult(success=(data.login, data.password) == expected, handled=False)

        settings |= {"auth_required": True, "authenticator": check}
    return settings, context if options.tls == "implicit" else None


def swallow(host, port):
    """Listens with a queue that is full: the system drops further packets, as a firewall would."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(0)
    waiting = [listener]
    for _ in range(4):
        client = socket.socket()
        client.setblocking(False)
        client.connect_ex((host, port))
        waiting.append(client)
    return waiting


async def serve(options):
    os.makedirs(options.folder, exist_ok=True)
    make_certificates(options.folder, options.self_issued)
    post = Post(options)
    settings, context = protection(options)
    loop = asyncio.get_running_loop()
    factory = lambda: Server(post, loop=loop, **settings)
    server = await loop.create_server(factory, options.host, options.port, ssl=context)
    port = server.sockets[0].getsockname()[1]
    kept = [swallow(host, port) for host in options.silent.split(",") if host]
    print("ready", port, flush=True)
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while line := (await commands.readline()).decode().split():
        if line[0] == "connections":
            print(len(post.peers), flush=True)
        else:
            post.mode = line[1]
            post.seconds = float(line[2]) if len(line) > 2 else post.seconds
            print("ok", flush=True)
    del kept


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--self-issued", action="store_true")
    parser.add_argument("--silent", metavar="HOST,…", default="")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", choices=["starttls", "implicit", "none"], default="starttls")
    parser.add_argument("--auth", metavar="USER:PASS")
    parser.add_argument("--mode", choices=MODES, default="normal")
    parser.add_argument("--seconds", type=float, default=5.0)
    # Refused handshakes and sign-ins without TLS are what the tests are about.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
