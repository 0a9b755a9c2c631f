// Package plugin_test drives the built plugin as Grafana does (its process, its gRPC), against the real server on made-up
// license servers, and reads the answers with the reader that Grafana's alerting uses.
package plugin_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/grafana/dataplane/sdata/numeric"
	"github.com/grafana/dataplane/sdata/reader"
	"github.com/grafana/dataplane/sdata/timeseries"
	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/grpcplugin"
	"github.com/grafana/grafana-plugin-sdk-go/data"
	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
)

const root = "../.."

var (
	end   = time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)
	month = backend.TimeRange{From: end.AddDate(0, 0, -30), To: end}
)

func cli(arguments ...string) *exec.Cmd {
	return exec.Command("node", append([]string{filepath.Join(root, "build", "cli.js")}, arguments...)...)
}

func run(t *testing.T, arguments ...string) {
	t.Helper()
	if output, err := cli(arguments...).CombinedOutput(); err != nil {
		t.Fatalf("license-analytics %s: %s\n%s", strings.Join(arguments, " "), err, output)
	}
}

// startServer loads made-up license servers into a store and gives the address of a server on it.
func startServer(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	madeUp, store := filepath.Join(folder, "made-up"), filepath.Join(folder, "store")
	run(t, "simulate", "--events", "4000", "--days", "30", "--end", end.Format(time.RFC3339), "--seed", "7", "--out", madeUp)
	run(t, "accounts", "load", filepath.Join(madeUp, "accounts.csv"), "--data", store)
	run(t, "entitlements", "load", filepath.Join(madeUp, "entitlements.csv"), "--data", store)
	for _, pattern := range []string{"*.log", "CLS-*.csv", "DM-*.csv"} {
		files, err := filepath.Glob(filepath.Join(madeUp, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("the simulator wrote no %s (%v)", pattern, err)
		}
		run(t, append([]string{"ingest", "--data", store}, files...)...)
	}
	server := cli("serve", "--data", store, "--port", "0", "--log-level", "silent")
	server.Env = append(os.Environ(), "LICENSE_ANALYTICS_TOKEN=")
	output, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	server.Stderr = server.Stdout
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(os.Interrupt)
		_ = server.Wait()
	})
	address := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(output)
		for lines.Scan() {
			if found := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(lines.Text()); found != "" {
				select {
				case address <- found:
				default:
				}
			}
		}
	}()
	select {
	case found := <-address:
		for range 100 {
			if answer, err := http.Get(found + "/api/v1/health"); err == nil {
				_ = answer.Body.Close()
				if answer.StatusCode == http.StatusOK {
					return found
				}
			}
			time.Sleep(200 * time.Millisecond)
		}
		t.Fatalf("the server at %s does not get ready", found)
	case <-time.After(60 * time.Second):
		t.Fatal("the server does not say where it listens")
	}
	return ""
}

// startPlugin starts the built binary as Grafana does, and gives its gRPC clients.
func startPlugin(t *testing.T) (pluginv2.DataClient, pluginv2.DiagnosticsClient) {
	t.Helper()
	binary := filepath.Join(root, "dist", fmt.Sprintf("gpx_license_analytics_%s_%s", runtime.GOOS, runtime.GOARCH))
	if _, err := os.Stat(binary); errors.Is(err, os.ErrNotExist) {
		t.Fatalf("%s is missing: run npm run build first", binary)
	}
	client := goplugin.NewClient(&goplugin.ClientConfig{
		Cmd: exec.Command(binary),
		HandshakeConfig: goplugin.HandshakeConfig{
			ProtocolVersion: grpcplugin.ProtocolVersion, MagicCookieKey: grpcplugin.MagicCookieKey, MagicCookieValue: grpcplugin.MagicCookieValue,
		},
		VersionedPlugins: map[int]goplugin.PluginSet{grpcplugin.ProtocolVersion: {
			"data": &grpcplugin.DataGRPCPlugin{}, "diagnostics": &grpcplugin.DiagnosticsGRPCPlugin{},
		}},
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		Logger:           hclog.NewNullLogger(),
	})
	t.Cleanup(client.Kill)
	connection, err := client.Client()
	if err != nil {
		t.Fatal(err)
	}
	dispense := func(name string) any {
		found, err := connection.Dispense(name)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	return dispense("data").(pluginv2.DataClient), dispense("diagnostics").(pluginv2.DiagnosticsClient)
}

type measure struct {
	Name, Kind, Group string
	GroupByCount      int
}

func measures(t *testing.T, address string) []measure {
	t.Helper()
	answer, err := http.Get(address + "/api/v1/dimensions")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var known struct{ Measures []measure }
	if err := json.NewDecoder(answer.Body).Decode(&known); err != nil {
		t.Fatal(err)
	}
	return known.Measures
}

func TestEveryMeasureInEveryShape(t *testing.T) {
	address := startServer(t)
	queries, diagnostics := startPlugin(t)
	plugin := backend.PluginContext{
		OrgID: 1, PluginID: "licenseanalytics-licenseserver-datasource",
		DataSourceInstanceSettings: &backend.DataSourceInstanceSettings{ID: 1, UID: "license-analytics", URL: address, JSONData: []byte("{}"), Updated: time.Now()},
	}

	health, err := diagnostics.CheckHealth(context.Background(), &pluginv2.CheckHealthRequest{PluginContext: backend.ToProto().PluginContext(plugin)})
	if err != nil || health.Status != pluginv2.CheckHealthResponse_OK || !strings.Contains(health.Message, "sees all accounts") {
		t.Fatalf("health: %v %v", health, err)
	}

	ask := func(t *testing.T, question map[string]any) backend.DataResponse {
		t.Helper()
		text, err := json.Marshal(question)
		if err != nil {
			t.Fatal(err)
		}
		request := &backend.QueryDataRequest{PluginContext: plugin, Queries: []backend.DataQuery{{RefID: "A", JSON: text, TimeRange: month, MaxDataPoints: 43200, Interval: time.Second}}}
		answer, err := queries.QueryData(context.Background(), backend.ToProto().QueryDataRequest(request))
		if err != nil {
			t.Fatal(err)
		}
		response, err := backend.FromProto().QueryDataResponse(answer)
		if err != nil {
			t.Fatal(err)
		}
		return response.Responses["A"]
	}

	all := measures(t, address)
	if len(all) < 24 {
		t.Fatalf("expected at least 24 measures, found %d", len(all))
	}
	filled := 0
	for _, one := range all {
		shapes := []string{"table"}
		if one.Kind == "series+table" {
			shapes = append(shapes, "timeSeries")
		}
		for _, shape := range shapes {
			for _, empty := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s %s empty=%t", one.Name, shape, empty), func(t *testing.T) {
					question := map[string]any{"measure": one.Name, "shape": shape, "bucket": "1d"}
					switch {
					case one.GroupByCount == 1:
						question["groupBy"] = []string{"feature"}
					case one.Name == "denialShare" || one.Name == "denialRate":
						question["groupBy"] = []string{"denialFamily"}
					case one.Name == "freshness" || one.Name == "silence" || one.Name == "ingestErrors" || one.Name == "newIngestErrors":
						question["groupBy"] = []string{"server"}
					case one.Kind != "listing":
						question["groupBy"] = []string{"account", "feature"}
					}
					if empty {
						question["filters"] = []map[string]any{{"dimension": "account", "operator": "=", "values": []string{"nobody"}}}
					}
					answer := ask(t, question)
					if answer.Error != nil || answer.Status != backend.StatusOK {
						t.Fatalf("%d %v", answer.Status, answer.Error)
					}
					rows := readable(t, answer.Frames)
					if empty && rows > 0 {
						t.Errorf("expected nothing, found %d figures", rows)
					}
					if rows > 0 {
						filled++
					}
				})
			}
		}
	}
	if filled < 35 {
		t.Errorf("only %d of the answers held figures: the sample is too small to prove anything", filled)
	}

	wrong := ask(t, map[string]any{"measure": "usagePercentage", "groupBy": []string{"user"}})
	if wrong.Error == nil || wrong.ErrorSource != backend.ErrorSourceDownstream || wrong.Status != backend.StatusBadRequest || !strings.Contains(wrong.Error.Error(), "cannot be grouped by user") {
		t.Errorf("expected the server's own sentence, found %d %s %v", wrong.Status, wrong.ErrorSource, wrong.Error)
	}
	newer := ask(t, map[string]any{"measure": "events", "schemaVersion": 99})
	if newer.Error == nil || !strings.Contains(newer.Error.Error(), "saved by a newer version") {
		t.Errorf("unexpected %v", newer.Error)
	}
}

// readable reads frames as alerting does and gives the number of figures; listings are tables, which alerting does not read.
func readable(t *testing.T, frames data.Frames) int {
	t.Helper()
	if len(frames) == 0 || frames[0].Meta == nil {
		t.Fatal("an answer without any frame, or without a type")
	}
	if frames[0].Meta.Type == data.FrameTypeTable {
		return frames[0].Rows()
	}
	kind, err := reader.CanReadBasedOnMeta(frames)
	if err != nil {
		t.Fatal(err)
	}
	switch kind.Kind() {
	case data.KindNumeric:
		from, err := numeric.CollectionReaderFromFrames(frames)
		if err != nil {
			t.Fatal(err)
		}
		collection, err := from.GetCollection(false)
		if err != nil || collection.Warning != nil {
			t.Fatal(err, collection.Warning)
		}
		return len(collection.Refs)
	case data.KindTimeSeries:
		from, err := timeseries.CollectionReaderFromFrames(frames)
		if err != nil {
			t.Fatal(err)
		}
		collection, err := from.GetCollection(false)
		if err != nil || collection.Warning != nil {
			t.Fatal(err, collection.Warning)
		}
		return len(collection.Refs)
	}
	t.Fatalf("unexpected type %s", kind)
	return 0
}
