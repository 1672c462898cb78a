"""Offers two parameters with the parameter server plugin of MAVSDK 4 until standard input ends.

usage: mavsdk_param_server.py <connection url>
"""

import sys

from mavsdk import ComponentType, Configuration, Mavsdk
from mavsdk.plugins.param_server import ParamServer


def main():
    mavsdk = Mavsdk(Configuration.create_with_component_type(ComponentType.AUTOPILOT))
    mavsdk.add_any_connection(sys.argv[1])
    server = ParamServer(mavsdk.server_component())
    for n in range(50):
        server.provide_param_int("INT_%02d" % n, n - 25)
        server.provide_param_float("FLOAT_%02d" % n, n * 0.5)
    print("ready", flush=True)
    sys.stdin.read()


main()
