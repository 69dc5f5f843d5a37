"""Who is told when a run fails: nobody but the sensor's log, unless a deployment says who."""


class Notices:
    """Told one line for every failed run; the place to hook Slack or mail in.

    In a module of your own, with `dagster-slack` installed, and as the code location instead of
    `chess_assets.definitions`:

        class SlackNotices(Notices):
            def tell(self, line: str) -> None:
                slack = SlackResource(token=os.environ["SLACK_TOKEN"])
                slack.get_client().chat_postMessage(channel="#chess", text=line)

        defs = build_defs({"notices": SlackNotices()})

    For mail, let `tell` send it with `smtplib`. What it raises shows as a failed tick of the sensor
    `failed_runs`, which goes on from there.
    """

    def tell(self, line: str) -> None:
        """Take notice of a failed run; here, none: the sensor's log has the line."""
