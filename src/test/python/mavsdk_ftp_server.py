"""Serves a directory with the FTP server plugin of MAVSDK, 3.x or 4.x, until standard input ends.

usage: mavsdk_ftp_server.py <connection url> <directory>
"""

import sys


def serve_4(url, root):
    from mavsdk import ComponentType, Configuration, Mavsdk
    from mavsdk.plugins.ftp_server import FtpServer

    configuration = Configuration.create_with_component_type(ComponentType.AUTOPILOT)
    mavsdk = Mavsdk(configuration)
    mavsdk.add_any_connection(url)
    server = FtpServer(mavsdk.server_component())
    server.set_root_dir(root)
    wait()
    server.destroy()
    mavsdk.destroy()


def serve_3(url, root):
    import asyncio
    import socket

    from mavsdk import System

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    async def run():
        system = System(port=port)
        await system.connect(system_address=url)
        await system.ftp_server.set_root_dir(root)
        await asyncio.get_running_loop().run_in_executor(None, wait)
        system._stop_mavsdk_server()

    asyncio.run(run())


def wait():
    print("serving", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    import mavsdk

    (serve_4 if hasattr(mavsdk, "Mavsdk") else serve_3)(sys.argv[1], sys.argv[2])
