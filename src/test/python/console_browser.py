"""Looks at the console in a real browser, as a person would, and prints what it saw, one JSON object.

usage: console_browser.py ADDRESS USER PASSWORD ROUTE [FOLDER FOR SCREENSHOTS]

ADDRESS is host:port of the management server, ROUTE the id of a route that runs all the time.
"""

import json
import os
import sys
import time

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

LIMIT_S = 60


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
        self.failures = []
        driver.execute_cdp_cmd("Network.enable", {})
        # Chromium keeps the login of the first address; pages whose own address has one may not fetch anything.
        driver.get(f"http://{user}:{password}@{address}/hawtio/robots.txt")
        driver.get(f"http://{address}/hawtio/")

    def wait(self, what, condition):
        try:
            return WebDriverWait(self.driver, LIMIT_S, 0.3).until(lambda driver: condition())
        except Exception as problem:
            self.shot("failed")
            raise SystemExit(f"not seen within {LIMIT_S} s: {what}; the page says: {self.text()[:2000]}") from problem

    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def has(self, text):
        return self.wait(text, lambda: text in self.text())

    def click(self, text):
        def try_click():
            for element in self.driver.find_elements(By.XPATH, f"//*[normalize-space(text())='{text}']"):
                try:
                    if element.is_displayed():
                        element.click()
                        return True
                except Exception:
                    continue
            return False
        self.wait("something to click that says " + text, try_click)

    def shot(self, name):
        if self.folder:
            self.driver.save_screenshot(os.path.join(self.folder, name + ".png"))

    def failed_requests(self):
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.responseReceived":
                response = message["params"]["response"]
                if response["status"] >= 400 and self.address in response["url"]:
                    self.failures.append(f"{response['status']} {response['url'].split('@')[-1]}")
        return self.failures

    def script_errors(self):
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]


if __name__ == "__main__":
    address, user, password, route = sys.argv[1:5]
    driver = browser()
    try:
        console = Console(driver, address, user, password, sys.argv[5] if len(sys.argv) > 5 else None)
        console.has("Camel")
        time.sleep(5)
        console.shot("start")
        print(driver.current_url)
        print(console.text())
        print(json.dumps({"failed": console.failed_requests(), "errors": console.script_errors()}))
    finally:
        driver.quit()
