// Package bacasabletest gives a Go test a bacasable server, its partners, and orders to its console.
//
// Fictitious data, unofficial tool.
package bacasabletest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Sandbox is a running server, and what a test orders of it through its console (docs/console.md of bacasable). What cannot be done
// fails the test that it was started for.
type Sandbox struct {
	// Gateway and Console are where it listens.
	Gateway, Console string
	// Certs is the folder of the test PKI; empty when the server is not our own.
	Certs string
	// Clock is the server's clock.
	Clock Clock
	// Quota is how many calls of this minute count as admitted.
	Quota Quota

	t        testing.TB
	server   *server
	client   *http.Client
	mutex    sync.Mutex
	partners map[string]*Partner
}

// An Option says how a server is started.
type Option func(*options)

type options struct {
	binary, fixtures string
	settings         map[string]string
}

// Binary is the program, or CONSOLE_URL[,GATEWAY_URL] of a running server; by default the variable BACASABLE, then PATH.
func Binary(program string) Option { return func(o *options) { o.binary = program } }

// Fixtures is a folder of one's own partners, people and accounts.
func Fixtures(folder string) Option { return func(o *options) { o.fixtures = folder } }

// Setting is one of the server's: Setting("gateway.dialect", "wso2-3").
func Setting(key, value string) Option { return func(o *options) { o.settings[key] = value } }

// Start starts a server for this test; it ends with the test. A failed test's log has the refused and failed requests.
func Start(t testing.TB, given ...Option) *Sandbox {
	t.Helper()
	s, err := open(given...)
	if err != nil {
		t.Fatal(err)
	}
	s.t = t
	t.Cleanup(func() {
		if t.Failed() {
			if lines, err := s.explained(url.Values{}); err != nil {
				t.Log(err)
			} else if len(lines) > 0 {
				t.Log("bacasable: refused and failed requests\n  " + strings.Join(lines, "\n  "))
			}
		}
		s.close()
	})
	return s
}

// For a test within the test: s.In(t) fails, and explains, that one; everything is put back first.
func (s *Sandbox) In(t testing.TB) *Sandbox {
	t.Helper()
	within := &Sandbox{Gateway: s.Gateway, Console: s.Console, Certs: s.Certs, t: t, server: s.server, client: s.client,
		partners: map[string]*Partner{}}
	within.Clock, within.Quota = Clock{within}, Quota{within}
	within.Reset(nil)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log("bacasable: refused and failed requests\n  " + strings.Join(within.Explain(nil), "\n  "))
		}
	})
	return within
}

// Partner is the partner of this id.
func (s *Sandbox) Partner(id string) *Partner {
	s.t.Helper()
	return s.partner(id, id)
}

// FaultyPartner is the partner of this id with a faulty certificate: expired, revoked, unknown-ca...
func (s *Sandbox) FaultyPartner(id, certificate string) *Partner {
	s.t.Helper()
	return s.partner(id, "invalid/"+certificate)
}

// Token is minted by the console; order may have "scopes", and "expires_in" in seconds, negative for one that has expired.
func (s *Sandbox) Token(partner string, order map[string]any) string {
	s.t.Helper()
	body := map[string]any{"partner": partner}
	for key, value := range order {
		body[key] = value
	}
	var made struct {
		AccessToken string `json:"access_token"`
	}
	s.Order("POST", "tokens", body, &made)
	return made.AccessToken
}

// Fault makes the next calls that match end like this: Fault(map[string]any{"code": "CAT004"}, map[string]any{"api": "ficoba"}, 1). It
// returns the id of the order.
func (s *Sandbox) Fault(outcome, match map[string]any, times int) string {
	s.t.Helper()
	if match == nil {
		match = map[string]any{}
	}
	var made struct{ ID string }
	s.Order("POST", "faults", map[string]any{"outcome": outcome, "match": match, "times": times}, &made)
	return made.ID
}

// Amend changes a convention until the next reset.
func (s *Sandbox) Amend(partner string, patch map[string]any) {
	s.t.Helper()
	s.Order("PATCH", "conventions/"+partner, patch, nil)
}

// Reset puts everything back as at the start; or some of it: {"only": [...]}, {"partner": ...}.
func (s *Sandbox) Reset(what map[string]any) {
	s.t.Helper()
	if what == nil {
		what = map[string]any{}
	}
	s.Order("POST", "reset", what, nil)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for _, partner := range s.partners {
		partner.forget()
	}
}

// Journal has the entries, oldest first; filters are partner, api, operation, status, code, control, correlation_id, limit.
func (s *Sandbox) Journal(filters url.Values) []Entry {
	s.t.Helper()
	entries, err := s.entries(filters)
	if err != nil {
		s.t.Fatal(err)
	}
	return entries
}

// Explain is what the journal says of refused and failed requests, one line each.
func (s *Sandbox) Explain(filters url.Values) []string {
	s.t.Helper()
	lines, err := s.explained(filters)
	if err != nil {
		s.t.Fatal(err)
	}
	return lines
}

// Order gives an order to the admin API, or asks it something; answer, if any, is filled from its JSON.
func (s *Sandbox) Order(method, path string, body, answer any) {
	s.t.Helper()
	if err := s.read(method, "/admin/v1/"+path, body, answer); err != nil {
		s.t.Fatal(err)
	}
}

func open(given ...Option) (*Sandbox, error) {
	o := options{settings: map[string]string{}}
	for _, option := range given {
		option(&o)
	}
	named := o.binary
	if named == "" {
		named = os.Getenv("BACASABLE")
	}
	transport := &http.Transport{DisableKeepAlives: true} // neither a proxy nor a connection of a server that is gone
	s := &Sandbox{client: &http.Client{Transport: transport, Timeout: 30 * time.Second}, partners: map[string]*Partner{}}
	s.Clock, s.Quota = Clock{s}, Quota{s}
	if strings.HasPrefix(named, "http://") || strings.HasPrefix(named, "https://") {
		console, gateway, found := strings.Cut(named, ",")
		if !found {
			address, err := url.Parse(console)
			if err != nil {
				return nil, err
			}
			gateway = "https://" + address.Hostname() + ":8443"
		}
		s.Console, s.Gateway = strings.TrimSuffix(console, "/"), strings.TrimSuffix(gateway, "/")
		return s, nil
	}
	server, err := start(o)
	if err != nil {
		return nil, err
	}
	s.server, s.Gateway, s.Console, s.Certs = server, server.gateway, server.console, server.certs
	return s, nil
}

func (s *Sandbox) close() {
	if s.server != nil {
		s.server.stop()
	}
}

func (s *Sandbox) partner(id, path string) *Partner {
	s.t.Helper()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	key := id + " " + path
	if s.partners[key] == nil {
		partner, err := newPartner(s, id, path)
		if err != nil {
			s.t.Fatal(err)
		}
		s.partners[key] = partner
	}
	return s.partners[key]
}

func (s *Sandbox) entries(filters url.Values) ([]Entry, error) {
	var page struct{ Entries []Entry }
	err := s.read("GET", "/admin/v1/journal?"+filters.Encode(), nil, &page)
	return page.Entries, err
}

func (s *Sandbox) explained(filters url.Values) ([]string, error) {
	entries, err := s.entries(filters)
	var lines []string
	for _, entry := range entries {
		if entry.Status == 0 || entry.Status >= 400 {
			lines = append(lines, entry.String())
		}
	}
	return lines, err
}

func (s *Sandbox) read(method, path string, body, answer any) error {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, s.Console+path, content)
	if err != nil {
		return err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := s.client.Do(request)
	if err != nil {
		if s.server != nil {
			return fmt.Errorf("%s", s.server.epitaph())
		}
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= 400 {
		return fmt.Errorf("%s %s: %d %s", method, path, response.StatusCode, text)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(text, answer)
}

// An Entry is one request in the journal; it has more members than these.
type Entry struct {
	Time          string
	CorrelationID string `json:"correlation_id"`
	Partner       string
	API           string
	Operation     string
	Status        int
	Code          string
	Note          string
	Controls      []struct{ Control, Verdict, Reason string }
}

// String is the entry in one line.
func (e Entry) String() string {
	var words, why []string
	status := ""
	if e.Status > 0 {
		status = fmt.Sprint(e.Status)
	}
	for _, word := range []string{e.Partner, e.API, e.Operation, status, e.Code} {
		if word != "" {
			words = append(words, word)
		}
	}
	for _, control := range e.Controls {
		if control.Verdict == "refused" {
			why = append(why, "control "+control.Control+": "+control.Reason)
		}
	}
	if len(why) == 0 && e.Note != "" {
		why = []string{e.Note}
	}
	line := strings.Join(words, " ") + " [" + e.CorrelationID + "]"
	if len(why) > 0 {
		line += ": " + strings.Join(why, "; ")
	}
	return line
}

// A Clock is the server's.
type Clock struct{ s *Sandbox }

// Now is what it shows.
func (c Clock) Now() time.Time {
	c.s.t.Helper()
	var shown struct{ Now time.Time }
	c.s.Order("GET", "clock", nil, &shown)
	return shown.Now
}

// Set sets it.
func (c Clock) Set(now time.Time) { c.s.t.Helper(); c.put("now", now.UTC().Format(time.RFC3339)) }

// Advance advances it, by whole seconds.
func (c Clock) Advance(by time.Duration) {
	c.s.t.Helper()
	c.put("advance", fmt.Sprintf("PT%dS", int64(by.Seconds())))
}

// Freeze stops it.
func (c Clock) Freeze() { c.s.t.Helper(); c.put("frozen", true) }

// Reset returns to the system's time.
func (c Clock) Reset() { c.s.t.Helper(); c.s.Order("DELETE", "clock", nil, nil) }

func (c Clock) put(member string, value any) {
	c.s.t.Helper()
	c.s.Order("PUT", "clock", map[string]any{member: value}, nil)
}

// A Quota is how many calls of this minute count as admitted.
type Quota struct{ s *Sandbox }

// A QuotaLine is one partner's at one API.
type QuotaLine struct {
	API         string
	Limit, Used int
}

// Of is limit and use.
func (q Quota) Of(partner, api string) QuotaLine {
	q.s.t.Helper()
	var lines []QuotaLine
	q.s.Order("GET", "quotas?partner="+url.QueryEscape(partner), nil, &lines)
	for _, line := range lines {
		if line.API == api {
			return line
		}
	}
	q.s.t.Fatalf("%s has no convention for %s", partner, api)
	return QuotaLine{}
}

// Set says how many count as admitted.
func (q Quota) Set(partner, api string, used int) {
	q.s.t.Helper()
	q.s.Order("PUT", "quotas", map[string]any{"partner": partner, "api": api, "used": used}, nil)
}

// Exhaust has the next call of this minute refused with 429.
func (q Quota) Exhaust(partner, api string) {
	q.s.t.Helper()
	q.Set(partner, api, q.Of(partner, api).Limit)
}
