package bacasabletest

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// A Partner is a partner of a sandbox: its certificate, its identity, and a client that is ready to call.
type Partner struct {
	// ID is the convention's id; Siret is what siretDemandeur must be.
	ID, Siret string
	// ConsumerKey and ConsumerSecret are client_id and client_secret at the token endpoint.
	ConsumerKey, ConsumerSecret string
	// CA, Certificate and Key are PEM.
	CA, Certificate, Key string
	// PKCS12 holds all three.
	PKCS12         []byte
	PKCS12Password string

	s      *Sandbox
	tls    *tls.Config
	mutex  sync.Mutex
	tokens map[string]string
}

type bundle struct {
	Partner              string
	Siret                string
	ConsumerKey          string `json:"consumer_key"`
	ConsumerSecret       string `json:"consumer_secret"`
	CA, Certificate, Key string
	PKCS12               []byte
	PKCS12Password       string `json:"pkcs12_password"`
}

func newPartner(s *Sandbox, id, path string) (*Partner, error) {
	var shown, own bundle
	if err := s.read("GET", "/certs/clients/"+path+".json", nil, &shown); err != nil {
		return nil, err
	}
	if own = shown; own.Partner != id {
		if err := s.read("GET", "/certs/clients/"+id+".json", nil, &own); err != nil {
			return nil, err
		}
	}
	pair, err := tls.X509KeyPair([]byte(shown.Certificate), []byte(shown.Key))
	if err != nil {
		return nil, err
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM([]byte(shown.CA))
	// Go shows a certificate only if the server names its issuer; GetClientCertificate shows a self-signed one all the same.
	config := &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil }}
	return &Partner{ID: id, Siret: own.Siret, ConsumerKey: own.ConsumerKey, ConsumerSecret: own.ConsumerSecret,
		CA: shown.CA, Certificate: shown.Certificate, Key: shown.Key, PKCS12: shown.PKCS12, PKCS12Password: shown.PKCS12Password,
		s: s, tls: config, tokens: map[string]string{}}, nil
}

// TLS is a new configuration that shows the certificate and trusts the test authority alone.
func (p *Partner) TLS() *tls.Config { return p.tls.Clone() }

// Client is a new client that brings token and X-Correlation-ID, where the request has none.
func (p *Partner) Client() *http.Client {
	base := &http.Transport{TLSClientConfig: p.TLS(), ForceAttemptHTTP2: true}
	p.s.t.Cleanup(base.CloseIdleConnections)
	return &http.Client{Transport: &bearing{p, base}, Timeout: 30 * time.Second}
}

// Token is one of these scopes from the token endpoint, all the convention's without any; asked for once until the next reset.
func (p *Partner) Token(scopes ...string) string {
	p.s.t.Helper()
	token, err := p.token(scopes)
	if err != nil {
		p.s.t.Fatal(err)
	}
	return token
}

// Get is the answer to GET of a path of the gateway: status and body.
func (p *Partner) Get(path string) (int, string) {
	p.s.t.Helper()
	response, err := p.Client().Get(p.s.Gateway + path)
	if err != nil {
		p.s.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		p.s.t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func (p *Partner) forget() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.tokens = map[string]string{}
}

func (p *Partner) token(scopes []string) (string, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	key := strings.Join(scopes, " ")
	if token, known := p.tokens[key]; known {
		return token, nil
	}
	if len(scopes) == 0 {
		var convention struct{ Scopes []string }
		if err := p.s.read("GET", "/admin/v1/conventions/"+p.ID, nil, &convention); err != nil {
			return "", err
		}
		scopes = convention.Scopes
	}
	token, err := p.obtain(strings.Join(scopes, " "))
	if err == nil {
		p.tokens[key] = token
	}
	return token, err
}

func (p *Partner) obtain(scope string) (string, error) {
	form := url.Values{"grant_type": {"client_credentials"}}
	if scope != "" {
		form.Set("scope", scope)
	}
	request, err := http.NewRequest("POST", p.s.Gateway+"/token", strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	request.SetBasicAuth(p.ConsumerKey, p.ConsumerSecret)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	transport := &http.Transport{TLSClientConfig: p.TLS(), DisableKeepAlives: true}
	response, err := (&http.Client{Transport: transport, Timeout: 30 * time.Second}).Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal(text, &answer); response.StatusCode != http.StatusOK || err != nil {
		return "", fmt.Errorf("POST /token: %d %s", response.StatusCode, text)
	}
	return answer.AccessToken, nil
}

// A transport that adds what a call needs.
type bearing struct {
	partner *Partner
	base    http.RoundTripper
}

func (b *bearing) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	if request.Header.Get("Authorization") == "" {
		token, err := b.partner.token(nil)
		if err != nil {
			return nil, err
		}
		request.Header.Set("Authorization", "Bearer "+token)
	}
	if request.Header.Get("X-Correlation-ID") == "" {
		request.Header.Set("X-Correlation-ID", uuid())
	}
	return b.base.RoundTrip(request)
}

func uuid() string {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // the system has no randomness
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
