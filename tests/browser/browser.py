"""Chromium without a window, spoken to over DevTools through two pipes; the standard library alone.

    with Browser() as browser:
        page = browser.open(path)
        page.evaluate("document.title")
        page.console, page.requests, page.dialogs      what must stay empty
"""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SILENCE_MAX = 120  # seconds without an answer: the browser hangs


class Browser:
    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="plm-browser-")
        self.count, self.inbox, self.buffer = 0, [], b""
        self.to_read, self.to_write, self.process = None, None, None

    def __enter__(self):
        command_read, self.to_write = os.pipe()
        self.to_read, answer_write = os.pipe()

        def place():
            # Chromium reads at 3 and writes at 4; a copy that is out of the way comes first.
            read, write = os.dup(command_read), os.dup(answer_write)
            high_read, high_write = os.dup2(read, 40), os.dup2(write, 41)
            os.dup2(high_read, 3)
            os.dup2(high_write, 4)

        self.process = subprocess.Popen(
            [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", f"--user-data-dir={self.folder.name}",
             "--remote-debugging-pipe", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=place, close_fds=False)
        os.close(command_read)
        os.close(answer_write)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)
        os.close(self.to_read)
        os.close(self.to_write)
        try:
            self.folder.cleanup()
        except OSError:  # a child of the browser still writes there
            shutil.rmtree(self.folder.name, ignore_errors=True)

    def read(self, seconds):
        """The next message; None when there is none in time."""
        while b"\0" not in self.buffer:
            if not select.select([self.to_read], [], [], seconds)[0]:
                return None
            data = os.read(self.to_read, 1 << 20)
            if not data:
                raise RuntimeError("the browser has gone")
            self.buffer += data
        message, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(message)

    def call(self, method, session=None, **params):
        self.count += 1
        number = self.count
        message = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to_write, data):]
        while True:
            answer = self.read(SILENCE_MAX)
            if answer is None:
                raise RuntimeError(f"no answer to {method}")
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.inbox.append(answer)

    def open(self, path, width=1280, height=900, dark=False, script=True):
        return Page(self, path, width, height, dark, script)


class Page:
    def __init__(self, browser, path, width, height, dark, script):
        self.browser = browser
        self.console, self.requests, self.dialogs = [], [], []
        self.loaded = False
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target,
                                    flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"}])
        if not script:
            self.call("Emulation.setScriptExecutionDisabled", value=True)
        self.url = "file://" + os.path.abspath(path)
        self.call("Page.navigate", url=self.url)
        end = time.monotonic() + SILENCE_MAX
        while not self.loaded and time.monotonic() < end:
            self.pump(0.2)

    def call(self, method, **params):
        result = self.browser.call(method, self.session, **params)
        self.pump(0)
        return result

    def pump(self, seconds):
        """Takes what the browser says meanwhile."""
        message = self.browser.read(seconds)
        if message:
            self.browser.inbox.append(message)
        inbox, self.browser.inbox = self.browser.inbox, []
        for message in inbox:
            if message.get("sessionId") == self.session:
                self.take(message["method"], message["params"])

    def take(self, method, params):
        if method == "Page.loadEventFired":
            self.loaded = True
        elif method == "Runtime.consoleAPICalled":
            self.console.append(str(params["args"]))
        elif method == "Runtime.exceptionThrown":
            self.console.append(str(params["exceptionDetails"]))
        elif method == "Log.entryAdded":
            self.console.append(params["entry"]["text"])
        elif method == "Network.requestWillBeSent":
            if not params["request"]["url"].startswith("data:"):
                self.requests.append(params["request"]["url"])
        elif method == "Page.javascriptDialogOpening":
            self.dialogs.append(params["message"])
            self.call("Page.handleJavaScriptDialog", accept=True)

    def evaluate(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(str(result["exceptionDetails"]))
        return result["result"].get("value")

    def key(self, key):
        for kind in ("rawKeyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                      windowsVirtualKeyCode={"Enter": 13}.get(key, 0))

    def enliven_all(self):
        """Scrolls every chart into view, so that each comes alive; returns how many."""
        return self.evaluate("""(async () => {
            for (const figure of document.querySelectorAll('figure.chart')) {
                figure.scrollIntoView();
                await new Promise(done => setTimeout(done, 25));
            }
            scrollTo(0, 0);
            return document.querySelectorAll('figure[data-live]').length;
        })()""")

    def shoot(self, path, whole=True):
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole,
                         **({"clip": self.whole()} if whole else {}))["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def whole(self):
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        return {"x": 0, "y": 0, "width": size["width"], "height": min(size["height"], 16000),
                "scale": 1}

    def print_pdf(self, path):
        data = self.call("Page.printToPDF", printBackground=True)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
