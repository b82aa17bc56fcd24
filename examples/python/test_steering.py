"""A test suite that steers its sandbox: each test sets the scene, calls, and reads in the journal why a call was refused.

    bacasable serve &
    pytest examples/python            (or: python3 -m unittest discover -s examples/python)
"""

import http.client
import unittest

from bacasable import Console, Partner

NOW, TODAY = "2026-11-22T10:00:00Z", "2026-11-22"
IBAN = "FR7699010000010000010100185"  # celine-simple's current account

console = Console()


class Steering(unittest.TestCase):
    def setUp(self):
        console.reset()
        console.clock(now=NOW, frozen=True)
        self.partner = Partner("editeur-demo").authenticate()

    def refusal(self, answer):
        """The control that refused and its reason, as the journal has them."""
        entry = console.entry(answer.correlation_id)
        self.assertEqual(entry["status"], answer.status)
        [refused] = [facts for facts in entry["controls"] if facts["verdict"] == "refused"]
        return refused["control"], refused["reason"]

    def test_a_good_call_is_granted_by_every_control(self):
        answer = self.partner.numero(IBAN, TODAY)
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual(answer.json["referenceDemande"], "FCB_2026_000000001")
        entry = console.entry(answer.correlation_id)
        self.assertEqual({facts["verdict"] for facts in entry["controls"]}, {"granted"})

    def test_a_reset_restarts_the_references_and_empties_the_journal(self):
        self.partner.numero(IBAN, TODAY)
        console.reset()
        self.assertEqual(console.ask("GET", "journal")["total"], 0)
        console.clock(now=NOW, frozen=True)
        again = Partner("editeur-demo").authenticate().numero(IBAN, TODAY)
        self.assertEqual(again.json["referenceDemande"], "FCB_2026_000000001")

    def test_time_stands_still_until_it_is_moved(self):
        stamps = {self.partner.health().headers["Date"] for _ in range(3)}
        self.assertEqual(stamps, {"Sun, 22 Nov 2026 10:00:00 GMT"})
        console.clock(advance="PT90S")
        self.assertEqual(self.partner.health().headers["Date"], "Sun, 22 Nov 2026 10:01:30 GMT")

    def test_the_quota_is_used_up_and_comes_back_with_the_minute(self):
        console.amend("editeur-demo", quotas={"ficoba": 3})
        self.assertEqual([self.partner.health().status for _ in range(3)], [200, 200, 200])
        refused = self.partner.health()
        self.assertEqual((refused.status, refused.code), (429, 900804))
        self.assertEqual(refused.headers["Retry-After"], "Sun, 22 Nov 2026 10:01:00 GMT")
        control, reason = self.refusal(refused)
        self.assertEqual(control, "quota")
        self.assertIn("3 appels par minute", reason)
        console.clock(advance="PT1M")
        self.assertEqual(self.partner.health().status, 200)

    def test_a_window_is_filled_without_calling(self):
        console.quota("editeur-demo", "ficoba", used=750)
        self.assertEqual(self.partner.health().status, 429)

    def test_a_token_expires(self):
        console.clock(advance="PT61M")
        refused = self.partner.health()
        self.assertEqual((refused.status, refused.code), (401, 900901))
        control, reason = self.refusal(refused)
        self.assertEqual(control, "technical-id")
        self.assertIn("expiré", reason)

    def test_a_token_is_minted_expired_without_waiting(self):
        self.partner.token = console.token("editeur-demo", expires_in=-10)
        self.assertEqual(self.partner.health().status, 401)

    def test_a_certificate_expires(self):
        console.clock(now="2199-01-01T00:00:00Z")
        refused = self.partner.health()
        self.assertEqual((refused.status, refused.code), (401, 900901))
        control, reason = self.refusal(refused)
        self.assertEqual(control, "certificate")
        self.assertIn("expiré", reason)

    def test_a_suspended_convention_is_refused_until_it_is_resumed(self):
        console.amend("editeur-demo", state="suspended")
        refused = self.partner.health()
        self.assertEqual((refused.status, refused.code), (401, 900907))
        self.assertEqual(self.refusal(refused)[0], "identity")
        console.amend("editeur-demo", state="in-force")
        self.assertEqual(self.partner.health().status, 200)

    def test_a_homologation_lapses(self):
        console.amend("editeur-demo", life={"homologation_until": "2026-06-30"})
        control, reason = self.refusal(self.partner.health())
        self.assertEqual(control, "identity")
        self.assertIn("homologation", reason)

    def test_the_next_call_gets_cat004_and_the_one_after_does_not(self):
        fault = console.fault({"code": "CAT004"}, api="ficoba", partner="editeur-demo")
        failed = self.partner.numero(IBAN, TODAY)
        self.assertEqual((failed.status, failed.code), (500, "CAT004"))
        self.assertEqual(console.entry(failed.correlation_id)["fault"], fault)
        self.assertEqual(self.partner.numero(IBAN, TODAY).status, 200)

    def test_data_choose_a_scenario(self):
        failed = self.partner.numero(IBAN, TODAY, justification="SCENARIO-CAT004")
        self.assertEqual((failed.status, failed.code), (500, "CAT004"))
        unreachable = self.partner.numero("FR7699999999990000000150309", TODAY)
        self.assertEqual((unreachable.status, unreachable.code), (500, 101503))

    def test_a_connection_is_dropped(self):
        console.fault({"drop": True})
        with self.assertRaises((http.client.HTTPException, ConnectionError)):
            self.partner.health()
        self.assertEqual(self.partner.health().status, 200)

    def test_the_token_endpoint_is_down(self):
        console.fault({"html": True}, operation="token")
        with self.assertRaisesRegex(AssertionError, "maintenance"):
            self.partner.authenticate()
        self.partner.authenticate()

    def test_a_revoked_certificate_is_refused(self):
        control, reason = self.refusal(Partner("editeur-demo", "invalid/revoked").health())
        self.assertEqual(control, "certificate")
        self.assertIn("révoqué", reason)

    def test_suites_side_by_side_reset_only_what_is_theirs(self):
        other = Partner("cellule-fraude").authenticate()
        console.amend("cellule-fraude", quotas={"ficoba": 9})
        console.reset(partner="editeur-demo")
        self.assertEqual(other.health().status, 200)
        [quota] = console.ask("GET", "quotas?partner=cellule-fraude")
        self.assertEqual((quota["limit"], quota["used"]), (9, 1))
        self.assertEqual(self.partner.health().status, 401, "its tokens are revoked")


if __name__ == "__main__":
    unittest.main()
