"""Looks at the console in a real browser, as a person would, and prints what it saw as one JSON object.

usage: console_browser.py ADDRESS USER PASSWORD ROUTE [FOLDER FOR SCREENSHOTS]

ADDRESS is host:port of the management server, ROUTE the id of a route that runs all the time.
"""

import json
import os
import re
import sys
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

LIMIT_S = 90


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1600,1000",
                     "--disable-background-networking", "--no-first-run"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))


class Console:
    def __init__(self, driver, address, user, password, folder):
        self.driver = driver
        self.address = address
        self.folder = folder
        driver.execute_cdp_cmd("Network.enable", {})
        # Chromium keeps the login of the first address; pages whose own address has one may not fetch anything.
        driver.get(f"http://{user}:{password}@{address}/hawtio/robots.txt")
        driver.get(f"http://{address}/hawtio/")

    def wait(self, what, condition):
        def met(_):
            try:
                return condition()
            except Exception:
                return False
        try:
            return WebDriverWait(self.driver, LIMIT_S, 0.3).until(met)
        except Exception as problem:
            self.shot("failed")
            raise SystemExit(f"not seen within {LIMIT_S} s: {what}; the page says: {self.text()[:3000]}") from problem

    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def click(self, text, within="//body"):
        def try_click():
            for element in self.driver.find_elements(By.XPATH, f"{within}//*[normalize-space(text())='{text}']"):
                if element.is_displayed():
                    element.click()
                    return True
            return False
        self.wait("something to click that says " + text, try_click)

    def shot(self, name):
        if self.folder:
            self.driver.save_screenshot(os.path.join(self.folder, name + ".png"))

    def nodes(self):
        """What stands in the boxes of the diagram."""
        return [node.text for node in self.driver.find_elements(By.CSS_SELECTOR, ".react-flow__node")]

    def counted(self):
        """The sum of the counters in the boxes: numbers that stand alone on a line."""
        return sum(int(number) for text in self.nodes() for number in re.findall(r"^\d+$", text, re.M))

    def failed_requests(self):
        failed = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.responseReceived":
                response = message["params"]["response"]
                if response["status"] >= 400 and self.address in response["url"]:
                    failed.append(f"{response['status']} {response['url'].split('@')[-1]}")
        return failed

    def script_errors(self):
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]


def look(console, route):
    seen = {}
    # The diagram of one route, whose counters move.
    console.click(route)
    console.click("Route Diagram")
    console.wait("a diagram", lambda: len(console.nodes()) > 0)
    seen["nodes"] = len(console.nodes())
    seen["counted first"] = console.counted()
    console.wait("counters that move", lambda: console.counted() > seen["counted first"])
    seen["counted later"] = console.counted()
    console.shot("console-route")
    # All routes, with their state.
    console.click("routes")
    console.click("Routes", "//nav")
    console.wait("the table of routes", lambda: route in console.text() and "Started" in console.text())
    seen["routes"] = sorted(row.text.split()[0] for row in console.driver.find_elements(By.CSS_SELECTOR, "tbody tr") if row.text)
    console.shot("console-routes")
    # Our own MBeans.
    console.driver.get(f"http://{console.address}/hawtio/jmx")
    console.click("io.dromedary")
    console.shot("console-mbeans")
    seen["jmx"] = [word for word in ("io.dromedary", "org.apache.camel", "java.util.logging") if word in console.text()]
    return seen


if __name__ == "__main__":
    address, user, password, route = sys.argv[1:5]
    driver = browser()
    try:
        console = Console(driver, address, user, password, sys.argv[5] if len(sys.argv) > 5 else None)
        seen = look(console, route)
        seen["failed"] = console.failed_requests()
        seen["errors"] = console.script_errors()
        print(json.dumps(seen))
    finally:
        driver.quit()
