package bacasabletest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// A server of one's own. It ends with this process, however that ends: it watches its standard input.
type server struct {
	command *exec.Cmd
	stdin   io.WriteCloser
	log     *lastLines
	ended   chan struct{}
	certs   string
	scratch string // the same, where it is ours to remove
	gateway string
	console string
}

func start(o options) (*server, error) {
	program, err := find(o.binary)
	if err != nil {
		return nil, err
	}
	settings := map[string]string{"gateway-listen": "127.0.0.1:0", "console-listen": "127.0.0.1:0", "log-level": "warn"}
	if o.fixtures != "" {
		settings["fixtures"] = o.fixtures
	}
	for key, value := range o.settings {
		settings[strings.NewReplacer(".", "-", "_", "-").Replace(key)] = value
	}
	arguments, scratch := []string{"serve", "--parent-watch"}, ""
	// A certs folder that the settings name is the caller's: it stays.
	if settings["certs"] == "" {
		if scratch, err = os.MkdirTemp("", "bacasable-"); err != nil {
			return nil, err
		}
		settings["certs"] = scratch
		arguments = append(arguments, "--discard-certs")
	}
	for key, value := range settings {
		arguments = append(arguments, "--"+key+"="+value)
	}
	s := &server{command: exec.Command(program, arguments...), log: &lastLines{}, ended: make(chan struct{}), certs: settings["certs"],
		scratch: scratch}
	s.command.Stderr = s.log
	if s.stdin, err = s.command.StdinPipe(); err != nil {
		return nil, err
	}
	// A pipe of our own: with StdoutPipe, Wait would close it before its last line was read.
	out, in, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	s.command.Stdout = in
	if err := s.command.Start(); err != nil {
		s.removeScratch()
		return nil, fmt.Errorf("%s cannot be started: %w", program, err)
	}
	in.Close()
	go func() {
		_ = s.command.Wait() // how it ended is in ProcessState
		close(s.ended)
	}()
	words := strings.Fields(firstLine(out))
	if len(words) < 3 || words[0] != "ready" {
		s.stop()
		return nil, errors.New(s.epitaph())
	}
	s.gateway = strings.TrimPrefix(words[1], "gateway=")
	s.console = strings.TrimPrefix(words[2], "console=")
	return s, nil
}

// How it ended, with the last lines of its log.
func (s *server) epitaph() string {
	how := "does not answer"
	select {
	case <-s.ended:
		how = "ended with " + s.command.ProcessState.String()
	case <-time.After(200 * time.Millisecond):
	}
	return "bacasable " + how + "; the last lines of its log:\n  " + s.log.String()
}

func (s *server) stop() {
	s.stdin.Close()
	select {
	case <-s.ended:
	case <-time.After(10 * time.Second):
		_ = s.command.Process.Kill()
		<-s.ended
	}
	s.removeScratch()
}

// The server does it itself unless it was killed.
func (s *server) removeScratch() {
	if s.scratch != "" {
		os.RemoveAll(s.scratch)
	}
}

// The first line of standard output, or nothing when the server ended or is late.
func firstLine(out *os.File) string {
	line := make(chan string, 1)
	go func() {
		text, _ := bufio.NewReader(out).ReadString('\n')
		line <- text
		_, _ = io.Copy(io.Discard, out)
		out.Close()
	}()
	select {
	case text := <-line:
		return text
	case <-time.After(30 * time.Second):
		return ""
	}
}

// The program: as given, of the variable BACASABLE, or of the path.
func find(binary string) (string, error) {
	if binary == "" {
		binary = os.Getenv("BACASABLE")
	}
	if binary != "" {
		return filepath.Clean(binary), nil
	}
	program, err := exec.LookPath("bacasable")
	if err != nil {
		return "", errors.New("bacasable is not installed: put its program on PATH or into the variable BACASABLE, or name a running " +
			"server there (BACASABLE=http://localhost:8080,https://localhost:8443)")
	}
	return program, nil
}

// The end of a log.
type lastLines struct {
	mutex sync.Mutex
	text  []byte
}

func (l *lastLines) Write(part []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.text = append(l.text, part...)
	if excess := len(l.text) - 64<<10; excess > 0 {
		l.text = append([]byte(nil), l.text[excess:]...)
	}
	return len(part), nil
}

func (l *lastLines) String() string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	lines := strings.Split(strings.TrimSpace(string(l.text)), "\n")
	if len(lines) > 20 {
		lines = lines[len(lines)-20:]
	}
	if len(lines) == 1 && lines[0] == "" {
		return "(none)"
	}
	return strings.Join(lines, "\n  ")
}
