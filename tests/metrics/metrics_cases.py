def run(driver, folder, drive):
    return []
