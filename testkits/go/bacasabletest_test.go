package bacasabletest

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const person = "/r2p/v1/personne/3990000101192"

// Run as a helper process, this binary holds a server, or fails, as the tests below want.
func TestMain(m *testing.M) {
	if os.Getenv("KIT_TEST_HOLDS") != "" {
		s, err := open()
		if err != nil {
			panic(err)
		}
		fmt.Println(s.server.command.Process.Pid, s.Certs)
		time.Sleep(time.Minute)
	}
	os.Exit(m.Run())
}

func TestKit(t *testing.T) {
	s := Start(t)
	t.Run("a person is found", func(t *testing.T) {
		status, body := s.In(t).Partner("editeur-demo").Get(person)
		if status != 200 || !strings.Contains(body, `"lbNomNaissance":"VALBRUNE"`) {
			t.Fatal(status, body)
		}
	})
	t.Run("a partner has all that a client needs", func(t *testing.T) {
		p := s.In(t).Partner("banque-horizon")
		if len(p.Siret) != 14 || p.ConsumerKey != "banque-horizon" || p.ConsumerSecret != "secret-banque-horizon" || len(p.PKCS12) == 0 {
			t.Fatalf("%+v", p)
		}
	})
	t.Run("a token expires with the clock", func(t *testing.T) {
		s := s.In(t)
		p := s.Partner("editeur-demo")
		expect(t, p, 200)
		s.Clock.Advance(61 * time.Minute)
		expect(t, p, 401)
		if lines := s.Explain(nil); len(lines) != 1 || !strings.HasPrefix(lines[0], "editeur-demo r2p ") || !strings.Contains(lines[0], "401 900901") || !strings.Contains(lines[0], "control technical-id: ") {
			t.Fatal(lines)
		}
	})
	t.Run("the clock was put back", func(t *testing.T) {
		if off := time.Since(s.In(t).Clock.Now()); off > 3*time.Second || off < -3*time.Second {
			t.Fatal(off)
		}
	})
	t.Run("an expired token is refused", func(t *testing.T) {
		s := s.In(t)
		request, _ := http.NewRequest("GET", s.Gateway+person, nil)
		request.Header.Set("Authorization", "Bearer "+s.Token("editeur-demo", map[string]any{"expires_in": -10}))
		response, err := s.Partner("editeur-demo").Client().Do(request)
		if err != nil || response.StatusCode != 401 {
			t.Fatal(response, err)
		}
	})
	t.Run("a quota is exhausted", func(t *testing.T) {
		s := s.In(t)
		s.Clock.Freeze() // a quota is that of a minute, and this one does not end
		s.Quota.Exhaust("editeur-demo", "r2p")
		expect(t, s.Partner("editeur-demo"), 429)
	})
	t.Run("a fault strikes once", func(t *testing.T) {
		s := s.In(t)
		s.Fault(map[string]any{"code": "303001"}, map[string]any{"api": "r2p"}, 1)
		expect(t, s.Partner("editeur-demo"), 500)
		expect(t, s.Partner("editeur-demo"), 200)
	})
	for _, fault := range []string{"expired", "self-signed"} {
		t.Run("a faulty certificate is refused: "+fault, func(t *testing.T) {
			s := s.In(t)
			request, _ := http.NewRequest("GET", s.Gateway+person, nil)
			request.Header.Set("Authorization", "Bearer "+s.Token("editeur-demo", nil))
			response, err := s.FaultyPartner("editeur-demo", fault).Client().Do(request)
			if err != nil || response.StatusCode != 401 {
				t.Fatal(response, err)
			}
			if lines := s.Explain(url.Values{"control": {"certificate"}}); len(lines) != 1 {
				t.Fatal(lines)
			}
		})
	}
	t.Run("an order that cannot be obeyed says why", func(t *testing.T) {
		err := s.read("PUT", "/admin/v1/clock", map[string]any{"now": "2026-02-30T10:00:00Z"}, nil)
		if err == nil || !strings.Contains(err.Error(), "422") || !strings.Contains(err.Error(), "/now") {
			t.Fatal(err)
		}
	})
	t.Run("a running server is shared", func(t *testing.T) {
		shared := Start(t, Binary(s.Console+","+s.Gateway))
		expect(t, shared.Partner("editeur-demo"), 200)
	})
}

func TestEveryWordIsAnOrderThatTheConsoleKnows(t *testing.T) {
	s := Start(t)
	s.Clock.Set(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC))
	s.Clock.Freeze()
	frozen := s.Clock.Now()
	if !s.Clock.Now().Equal(frozen) {
		t.Fatal(frozen)
	}
	s.Quota.Set("editeur-demo", "r2p", 3)
	s.Reset(map[string]any{"only": []string{"tokens"}})
	if used := s.Quota.Of("editeur-demo", "r2p").Used; used != 3 {
		t.Fatal(used)
	}
	s.Reset(map[string]any{"partner": "editeur-demo"})
	if used := s.Quota.Of("editeur-demo", "r2p").Used; used != 0 {
		t.Fatal(used)
	}
	s.Clock.Reset()
	var clock struct{ Frozen bool }
	if s.Order("GET", "clock", nil, &clock); clock.Frozen {
		t.Fatal(clock)
	}
	s.Amend("editeur-demo", map[string]any{"state": "suspended"})
	var convention struct{ State string }
	if s.Order("GET", "conventions/editeur-demo", nil, &convention); convention.State != "suspended" {
		t.Fatal(convention)
	}
}

func TestAPortThatIsTakenIsNamed(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, err = open(Setting("gateway.listen", taken.Addr().String()))
	if err == nil || !strings.Contains(err.Error(), "gateway.listen: cannot listen on "+taken.Addr().String()) {
		t.Fatal(err)
	}
}

func TestACertsFolderThatCannotBeWrittenIsNamedAndOneThatCanStays(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := open(Setting("certs", filepath.Join(file, "certs")))
	if err == nil || !strings.Contains(err.Error(), filepath.Join(file, "certs")) {
		t.Fatal(err)
	}
	own, err := open(Setting("certs", filepath.Join(folder, "certs")))
	if err != nil {
		t.Fatal(err)
	}
	own.close()
	if _, err := os.Stat(filepath.Join(folder, "certs", "ca.pem")); err != nil {
		t.Fatal(err)
	}
}

func TestTwoServersAtOnceAreApart(t *testing.T) {
	one, other := Start(t), Start(t)
	other.Clock.Freeze()
	other.Quota.Exhaust("editeur-demo", "r2p")
	expect(t, other.Partner("editeur-demo"), 429)
	expect(t, one.Partner("editeur-demo"), 200)
}

func TestASettingThatIsRefusedIsNamed(t *testing.T) {
	_, err := open(Setting("population", "plenty"))
	if err == nil || !strings.Contains(err.Error(), "exit status 2") || !strings.Contains(err.Error(), "--population") {
		t.Fatal(err)
	}
}

func TestAProgramThatIsNotThereIsNamed(t *testing.T) {
	_, err := open(Binary("/nowhere/bacasable"))
	if err == nil || !strings.HasPrefix(err.Error(), "/nowhere/bacasable cannot be started") {
		t.Fatal(err)
	}
	t.Setenv("BACASABLE", "")
	t.Setenv("PATH", "")
	if _, err = open(); err == nil || !strings.Contains(err.Error(), "BACASABLE=http://") {
		t.Fatal(err)
	}
}

func TestAServerThatDiesIsReportedAtOnceWithItsLastLines(t *testing.T) {
	s, err := open()
	if err != nil {
		t.Fatal(err)
	}
	_ = s.server.command.Process.Kill()
	<-s.server.ended
	err = s.read("POST", "/admin/v1/reset", map[string]any{}, nil)
	if err == nil || !strings.Contains(err.Error(), "ended with signal: killed; the last lines of its log:") {
		t.Fatal(err)
	}
	s.close()
	if _, err := os.Stat(s.Certs); !os.IsNotExist(err) {
		t.Fatal(err)
	}
}

func TestNothingIsLeftBehindByARunThatIsKilled(t *testing.T) {
	run := exec.Command(os.Args[0])
	run.Env = append(os.Environ(), "KIT_TEST_HOLDS=1")
	out, err := run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	var pid int
	var folder string
	if _, err := fmt.Sscan(line, &pid, &folder); err != nil {
		t.Fatal(line, err)
	}
	_ = run.Process.Kill()
	_ = run.Wait()
	left := func() bool {
		_, err := os.Stat(folder)
		return err == nil || isRunning(pid)
	}
	for until := time.Now().Add(30 * time.Second); left() && time.Now().Before(until); {
		time.Sleep(20 * time.Millisecond)
	}
	if left() {
		t.Fatal("left behind: ", line)
	}
}

// Fails on purpose, where the test below asks for it.
func TestFails(t *testing.T) {
	if os.Getenv("KIT_TEST_FAILS") == "" {
		t.Skip("fails on purpose, for the next test")
	}
	s := Start(t)
	p := s.Partner("editeur-demo")
	p.Token()
	s.Amend("editeur-demo", map[string]any{"networks": []string{"192.0.2.0/24"}})
	expect(t, p, 200)
}

func TestTheLogOfAFailedTestHasTheRefusedControls(t *testing.T) {
	run := exec.Command(os.Args[0], "-test.run", "^TestFails$")
	run.Env = append(os.Environ(), "KIT_TEST_FAILS=1")
	said, err := run.CombinedOutput()
	if err == nil || !strings.Contains(string(said), "403 900805") || !strings.Contains(string(said), "control address: ") {
		t.Fatal(err, string(said))
	}
}

func expect(t *testing.T, p *Partner, wanted int) {
	t.Helper()
	if status, body := p.Get(person); status != wanted {
		t.Fatalf("%d instead of %d: %s", status, wanted, body)
	}
}

func isRunning(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(filepath.Join("/proc", fmt.Sprint(pid), "stat"))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}
