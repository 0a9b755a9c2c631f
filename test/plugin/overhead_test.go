package plugin_test

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// TestOverhead asks the questions of the bench (bench/overhead.ts) through the built plugin and writes the median of each in
// milliseconds. It measures and asserts no time; without the bench's files it has nothing to do.
func TestOverhead(t *testing.T) {
	file := os.Getenv("OVERHEAD_QUESTIONS")
	if file == "" {
		t.Skip("only for npm run bench")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var given struct {
		Address     string
		Repetitions int
		Questions   []struct {
			Name  string
			JSON  json.RawMessage
			Range struct{ From, To float64 }
		}
	}
	if err := json.Unmarshal(text, &given); err != nil {
		t.Fatal(err)
	}
	queries, _ := startPlugin(t)
	plugin := backend.PluginContext{
		OrgID: 1, PluginID: "licenseanalytics-licenseserver-datasource",
		DataSourceInstanceSettings: &backend.DataSourceInstanceSettings{
			ID: 1, UID: "license-analytics", URL: given.Address, JSONData: []byte(`{}`),
		},
	}
	medians := make([]float64, 0, len(given.Questions))
	for _, question := range given.Questions {
		request := backend.ToProto().QueryDataRequest(&backend.QueryDataRequest{
			PluginContext: plugin,
			Queries: []backend.DataQuery{{
				RefID: "A", JSON: question.JSON, MaxDataPoints: 1000, Interval: time.Minute,
				TimeRange: backend.TimeRange{
					From: time.UnixMilli(int64(question.Range.From)), To: time.UnixMilli(int64(question.Range.To)),
				},
			}},
		})
		times := make([]float64, 0, given.Repetitions)
		for i := range given.Repetitions + 1 {
			start := time.Now()
			answer, err := queries.QueryData(context.Background(), request)
			if err != nil {
				t.Fatal(err)
			}
			if failed := answer.Responses["A"].GetError(); failed != "" {
				t.Fatalf("%s: %s", question.Name, failed)
			}
			if i > 0 {
				times = append(times, float64(time.Since(start).Microseconds())/1000)
			}
		}
		slices.Sort(times)
		medians = append(medians, times[len(times)/2])
	}
	written, err := json.Marshal(medians)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(os.Getenv("OVERHEAD_MEDIANS"), written, 0o600); err != nil {
		t.Fatal(err)
	}
}
