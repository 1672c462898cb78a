"""The connector of the bench on the reference: vantiqconnectorsdk, as its documentation says to use it.

Run in a directory with a server.config; answers queries with their own payload and sends bursts of notifications when a publish asks for one.
"""
import asyncio
import logging

from vantiqconnectorsdk import VantiqConnector, VantiqConnectorSet, setup_logging


class Connector:
    def __init__(self):
        self.set = VantiqConnectorSet()
        self.set.configure_handlers_for_all(self.closed, self.connected, self.published, self.queried)

    async def connected(self, ctx, config):
        pass

    async def closed(self, ctx):
        pass

    async def published(self, ctx, message):
        connection = self.set.get_connection_for_source(ctx[VantiqConnector.SOURCE_NAME])
        if "burst" in message:
            pad = "x" * message["size"]
            for n in range(message["burst"]):
                await connection.send_notification({"n": n, "d": pad})

    async def queried(self, ctx, message):
        connection = self.set.get_connection_for_source(ctx[VantiqConnector.SOURCE_NAME])
        await connection.send_query_response(ctx, VantiqConnector.QUERY_COMPLETE, message)


setup_logging()
logging.disable(logging.CRITICAL)
asyncio.run(Connector().set.run_connectors())
