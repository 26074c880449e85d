"""SMTP with STARTTLS, WebSockets and gRPC health, by the libraries that others use.

Usage: standard.py CERTIFICATE KEY. Prints the ports as JSON; ends when its input ends.
"""

import asyncio
import json
import logging
import ssl
import sys

import grpc.aio
import websockets.asyncio.server
from aiosmtpd.handlers import Sink
from aiosmtpd.smtp import SMTP
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1._async import HealthServicer


async def echo(connection):
    async for message in connection:
        await connection.send("echo " + message)


# A prober that leaves early is what is being tested.
logging.getLogger("websockets").setLevel(logging.CRITICAL)


async def main(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    loop = asyncio.get_running_loop()
    ports = {}

    async def smtp(name, **options):
        make = lambda: SMTP(Sink(), hostname="mail.test", loop=loop, **options)
        server = await loop.create_server(make, "127.0.0.1", 0)
        ports[name] = server.sockets[0].getsockname()[1]

    await smtp("smtp", tls_context=context)
    await smtp("smtp_without_tls")

    for name, options in (("ws", {}), ("wss", {"ssl": context})):
        server = await websockets.asyncio.server.serve(echo, "127.0.0.1", 0, **options)
        ports[name] = server.sockets[0].getsockname()[1]

    health = HealthServicer()
    statuses = health_pb2.HealthCheckResponse
    await health.set("", statuses.SERVING)
    await health.set("acme.Billing", statuses.SERVING)
    await health.set("acme.Search", statuses.NOT_SERVING)
    with open(certificate, "rb") as chain, open(key, "rb") as secret:
        credentials = grpc.ssl_server_credentials([(secret.read(), chain.read())])
    with_health, without = grpc.aio.server(), grpc.aio.server()
    health_pb2_grpc.add_HealthServicer_to_server(health, with_health)
    ports["grpc"] = with_health.add_insecure_port("127.0.0.1:0")
    ports["grpcs"] = with_health.add_secure_port("127.0.0.1:0", credentials)
    ports["grpc_without_health"] = without.add_insecure_port("127.0.0.1:0")
    await with_health.start()
    await without.start()

    print(json.dumps(ports), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main(*sys.argv[1:]))
