package plugin

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// told is one request that the made-up server got.
type told struct {
	method, path, query string
	header              http.Header
	body                map[string]any
}

// given starts a server that answers as told, and a data source that asks it.
func given(t *testing.T, options string, token string, answer http.HandlerFunc) (*Datasource, *[]told) {
	t.Helper()
	var requests []told
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		one := told{method: r.Method, path: r.URL.Path, query: r.URL.RawQuery, header: r.Header.Clone()}
		text, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if len(text) > 0 {
			if err := json.Unmarshal(text, &one.body); err != nil {
				t.Errorf("the request's body is no JSON: %s", err)
			}
		}
		requests = append(requests, one)
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	return configured(t, server.URL, options, token), &requests
}

func configured(t *testing.T, url, options, token string) *Datasource {
	t.Helper()
	made, err := NewDatasource(context.Background(), backend.DataSourceInstanceSettings{
		URL: url, JSONData: []byte(options), DecryptedSecureJSONData: map[string]string{"token": token},
	})
	if err != nil {
		t.Fatal(err)
	}
	d := made.(*Datasource)
	t.Cleanup(d.Dispose)
	return d
}

func says(status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
}

var (
	from = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	to   = from.AddDate(0, 1, 0)
)

func query(refID, text string) backend.DataQuery {
	return backend.DataQuery{RefID: refID, JSON: []byte(text), TimeRange: backend.TimeRange{From: from, To: to}, MaxDataPoints: 500, Interval: time.Minute}
}

func ask(t *testing.T, d *Datasource, request backend.QueryDataRequest) backend.Responses {
	t.Helper()
	response, err := d.QueryData(context.Background(), &request)
	if err != nil {
		t.Fatal(err)
	}
	return response.Responses
}

const frameText = `{"schema":{"meta":{"type":"numeric-long","typeVersion":[0,1]},"fields":[{"name":"account","type":"string","typeInfo":{"frame":"string","nullable":false}},{"name":"value","type":"number","typeInfo":{"frame":"float64","nullable":true}}]},"data":{"values":[["acme"],[80]]}}`

func TestAsksEverythingAtOnceAndAnswersEachByItself(t *testing.T) {
	d, requests := given(t, ``, "", says(200, `{"results":{
		"A":{"status":200,"frames":[`+frameText+`]},
		"B":{"status":400,"error":"groupBy: events cannot be grouped by x. Leave it out.","errorSource":"downstream","code":"impossibleCombination"},
		"D":{"status":500,"error":"It broke.","errorSource":"plugin"}}}`))
	answers := ask(t, d, backend.QueryDataRequest{Queries: []backend.DataQuery{
		query("A", `{"refId":"A","measure":"usagePercentage","intervalMs":1000,"maxDataPoints":43200,"datasource":{"uid":"x"}}`),
		query("B", `{"measure":"events"}`),
		query("C", `"no object"`),
		query("D", `{"measure":"events"}`),
		query("E", `{"measure":"events"}`),
	}})
	if len(*requests) != 1 {
		t.Fatalf("expected one request to the server, found %d", len(*requests))
	}
	request := (*requests)[0]
	asked := request.body["queries"].([]any)
	first := asked[0].(map[string]any)
	if request.method != "POST" || request.path != "/api/v1/query" || len(asked) != 4 {
		t.Errorf("unexpected request %+v", request)
	}
	for name, value := range map[string]any{"measure": "usagePercentage", "refId": "A", "maxDataPoints": 500.0, "from": float64(from.UnixMilli()), "to": float64(to.UnixMilli())} {
		if first[name] != value {
			t.Errorf("%s: expected %v, found %v", name, value, first[name])
		}
	}
	if a := answers["A"]; a.Error != nil || a.Status != 200 || len(a.Frames) != 1 || a.Frames[0].RefID != "A" || a.Frames[0].Meta.Type != "numeric-long" {
		t.Errorf("A: unexpected %+v", a)
	}
	for refID, want := range map[string]struct {
		status  backend.Status
		source  backend.ErrorSource
		message string
	}{
		"B": {400, backend.ErrorSourceDownstream, "groupBy: events cannot be grouped by x. Leave it out."},
		"C": {400, backend.ErrorSourceDownstream, "not a JSON object"},
		"D": {500, backend.ErrorSourcePlugin, "It broke."},
		"E": {502, backend.ErrorSourceDownstream, "did not answer this query"},
	} {
		got := answers[refID]
		if got.Error == nil || got.Status != want.status || got.ErrorSource != want.source || !strings.Contains(got.Error.Error(), want.message) {
			t.Errorf("%s: expected %+v, found status %d, source %s, error %v", refID, want, got.Status, got.ErrorSource, got.Error)
		}
	}
}

func TestTokenAccountsAndWhoAsks(t *testing.T) {
	d, requests := given(t, `{"accounts":["acme","Büro"]}`, " la_secret\n", says(200, `{"results":{"A":{"status":200,"frames":[]}}}`))
	request := backend.QueryDataRequest{
		PluginContext: backend.PluginContext{User: &backend.User{Login: "ana"}},
		Queries:       []backend.DataQuery{query("A", `{"measure":"events"}`)},
	}
	request.SetHTTPHeader("X-Dashboard-Uid", "la-overview")
	request.SetHTTPHeader("X-Panel-Id", "4")
	request.SetHTTPHeader("X-Rule-Uid", "rule1")
	request.SetHTTPHeader("Cookie", "grafana_session=1")
	ask(t, d, request)
	for name, value := range map[string]string{
		"Authorization": "Bearer la_secret", "X-Grafana-User": "ana", "X-Dashboard-Uid": "la-overview", "X-Panel-Id": "4",
		"X-Rule-Uid": "rule1", "X-License-Analytics-Accounts": "%5B%22acme%22%2C%22B%C3%BCro%22%5D", "Cookie": "",
	} {
		if got := (*requests)[0].header.Get(name); got != value {
			t.Errorf("%s: expected %q, found %q", name, value, got)
		}
	}
}

func TestProblemsAreSentences(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	page := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, "<html>")
	}
	down := configured(t, closed.URL, ``, "")
	wrongAddress, _ := given(t, ``, "", page)
	noToken, _ := given(t, ``, "", says(401, `{"code":"token_missing","error":"This server answers only with a token, and the request has none.","todo":"Send it."}`))
	cut, _ := given(t, ``, "", says(200, `{"results":{"A":{"status":200,"frames":[`))
	slow, _ := given(t, `{"timeout":1}`, "", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-r.Context().Done():
		case <-time.After(5 * time.Second):
		}
	})
	badURL := configured(t, "localhost:8686", ``, "")
	badOptions := configured(t, "", `{`, "")
	for name, one := range map[string]struct {
		d       *Datasource
		status  backend.Status
		message string
	}{
		"down":          {down, 502, "cannot be reached (dial tcp"},
		"wrong address": {wrongAddress, 502, "is not a License Analytics server (HTTP 200, \"text/html\")"},
		"no token":      {noToken, 401, "This server answers only with a token, and the request has none. Send it."},
		"cut off":       {cut, 502, "broke off"},
		"slow":          {slow, 504, "did not answer in time. Ask for a shorter range"},
		"no URL":        {badURL, 400, `the address "localhost:8686" is not one of a server: expected something like http://127.0.0.1:8686`},
		"bad options":   {badOptions, 400, "open its settings and save them again"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ask(t, one.d, backend.QueryDataRequest{Queries: []backend.DataQuery{query("A", `{"measure":"events"}`)}})["A"]
			if got.Error == nil || !strings.Contains(got.Error.Error(), one.message) || got.Status != one.status || got.ErrorSource != backend.ErrorSourceDownstream {
				t.Errorf("expected %d %q, found %d %v (%s)", one.status, one.message, got.Status, got.Error, got.ErrorSource)
			}
			if name == "cut off" {
				return
			}
			health, err := one.d.CheckHealth(context.Background(), &backend.CheckHealthRequest{})
			if err != nil || health.Status != backend.HealthStatusError || !strings.Contains(health.Message, one.message) {
				t.Errorf("health: expected %q, found %+v %v", one.message, health, err)
			}
		})
	}
}

func TestCancelsWhenGrafanaDoes(t *testing.T) {
	gone := make(chan struct{})
	d, _ := given(t, ``, "", func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		close(gone)
	})
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(100*time.Millisecond, cancel)
	_, err := d.QueryData(ctx, &backend.QueryDataRequest{Queries: []backend.DataQuery{query("A", `{"measure":"events"}`)}})
	if err == nil {
		t.Error("expected the cancellation as error")
	}
	select {
	case <-gone:
	case <-time.After(5 * time.Second):
		t.Error("the server was not told")
	}
}

func TestHealthSaysWhatIsConnected(t *testing.T) {
	d, requests := given(t, ``, "", says(200, `{"message":"License Analytics 0.1.0, embedded store; sees all accounts.","version":"0.1.0","sources":3}`))
	health, err := d.CheckHealth(context.Background(), &backend.CheckHealthRequest{})
	if err != nil || health.Status != backend.HealthStatusOk || health.Message != "License Analytics 0.1.0, embedded store; sees all accounts." {
		t.Fatalf("unexpected %+v %v", health, err)
	}
	var details map[string]any
	if err := json.Unmarshal(health.JSONDetails, &details); err != nil || details["version"] != "0.1.0" {
		t.Errorf("details must be a JSON object, found %s", health.JSONDetails)
	}
	if details["message"] != nil {
		t.Errorf("Grafana would show the sentence twice: %s", health.JSONDetails)
	}
	if (*requests)[0].path != "/api/v1/status" {
		t.Errorf("unexpected path %s", (*requests)[0].path)
	}
	older, _ := given(t, ``, "", says(404, `{"code":"not_found","error":"There is no GET /api/v1/status here.","todo":""}`))
	if health, _ := older.CheckHealth(context.Background(), &backend.CheckHealthRequest{}); !strings.Contains(health.Message, "older than this plugin") {
		t.Errorf("unexpected %s", health.Message)
	}
}

func TestAsksThroughTheSecureSocksProxyWhereItIsSwitchedOn(t *testing.T) {
	proxy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = proxy.Close() }()
	greetings := make(chan byte, 10)
	go func() {
		for {
			connection, err := proxy.Accept()
			if err != nil {
				return
			}
			first := make([]byte, 1)
			_, _ = io.ReadFull(connection, first)
			greetings <- first[0]
			_ = connection.Close()
		}
	}()
	ctx := backend.WithGrafanaConfig(context.Background(), backend.NewGrafanaCfg(map[string]string{
		"GF_SECURE_SOCKS_DATASOURCE_PROXY_SERVER_ENABLED": "true",
		"GF_SECURE_SOCKS_DATASOURCE_PROXY_PROXY_ADDRESS":  proxy.Addr().String(),
		"GF_SECURE_SOCKS_DATASOURCE_PROXY_ALLOW_INSECURE": "true",
	}))
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		_, _ = io.WriteString(w, `{"message":"hello"}`)
	}))
	defer server.Close()
	for options, want := range map[string]int{`{}`: 1, `{"enableSecureSocksProxy":true}`: 0} {
		asked = 0
		made, err := NewDatasource(ctx, backend.DataSourceInstanceSettings{URL: server.URL, JSONData: []byte(options)})
		if err != nil {
			t.Fatal(err)
		}
		d := made.(*Datasource)
		if _, err := d.CheckHealth(ctx, &backend.CheckHealthRequest{}); err != nil {
			t.Error(err)
		}
		d.Dispose()
		if asked != want {
			t.Errorf("%s: expected %d requests that reach the server without the proxy, found %d", options, want, asked)
		}
	}
	select {
	case version := <-greetings:
		if version != 5 {
			t.Errorf("expected a greeting of SOCKS 5, found %d", version)
		}
	case <-time.After(5 * time.Second):
		t.Error("the proxy was not asked")
	}
}

type sent struct{ got *backend.CallResourceResponse }

func (s *sent) Send(response *backend.CallResourceResponse) error {
	if s.got == nil {
		s.got = response
	} else {
		s.got.Body = append(s.got.Body, response.Body...)
	}
	return nil
}

func TestResourcesAreAnAllowList(t *testing.T) {
	d, requests := given(t, ``, "la_secret", says(200, `{"values":[]}`))
	call := func(method, path, url string) *backend.CallResourceResponse {
		into := &sent{}
		if err := d.CallResource(context.Background(), &backend.CallResourceRequest{Method: method, Path: path, URL: url}, into); err != nil {
			t.Fatal(err)
		}
		return into.got
	}
	if got := call("GET", "dimensions/feature/values", "dimensions/feature/values?search=ca%20d&limit=5"); got.Status != 200 || string(got.Body) != `{"values":[]}` {
		t.Errorf("unexpected %d %s", got.Status, got.Body)
	}
	if one := (*requests)[0]; one.path != "/api/v1/dimensions/feature/values" || one.query != "limit=5&search=ca+d" || one.header.Get("Authorization") != "Bearer la_secret" {
		t.Errorf("unexpected %+v", one)
	}
	for _, refused := range [][2]string{{"POST", "dimensions"}, {"GET", "tokens"}, {"GET", "dimensions/../tokens"}, {"DELETE", "dimensions/feature/values"}, {"GET", "events"}} {
		before := len(*requests)
		if got := call(refused[0], refused[1], refused[1]); got.Status < 300 || len(*requests) != before {
			t.Errorf("%v: expected no request to the server, found %d", refused, got.Status)
		}
	}
}

func TestAnEmptyAddressIsThisMachine(t *testing.T) {
	own, err := readSettings(backend.DataSourceInstanceSettings{})
	if err != nil || own.address != "http://127.0.0.1:8686" || own.token != "" {
		t.Errorf("unexpected %+v %v", own, err)
	}
}
