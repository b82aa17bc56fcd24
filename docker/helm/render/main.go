// Renders a chart of simple templates, for machines that have no helm: render CHART VALUES.json RELEASE. Only the functions that the chart
// uses are known; toYaml writes JSON, which is YAML.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

func main() {
	if err := render(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func render(chart, values, release string) error {
	text, err := os.ReadFile(values)
	if err != nil {
		return err
	}
	var given struct{ Values, Chart map[string]any }
	if err := json.Unmarshal(text, &given); err != nil {
		return err
	}
	about := map[string]any{}
	for name, value := range given.Chart {
		about[strings.ToUpper(name[:1])+name[1:]] = value
	}
	all := template.New("chart").Option("missingkey=error")
	all.Funcs(template.FuncMap{
		"include": func(name string, data any) (string, error) {
			var out bytes.Buffer
			err := all.ExecuteTemplate(&out, name, data)
			return out.String(), err
		},
		"toYaml": func(value any) (string, error) {
			out, err := json.Marshal(value)
			return string(out), err
		},
		"nindent": func(width int, text string) string {
			pad := "\n" + strings.Repeat(" ", width)
			return pad + strings.ReplaceAll(text, "\n", pad)
		},
		"quote":      func(value any) string { return fmt.Sprintf("%q", fmt.Sprint(value)) },
		"trunc":      func(length int, text string) string { return text[:min(length, len(text))] },
		"trimSuffix": func(suffix, text string) string { return strings.TrimSuffix(text, suffix) },
		"int":        func(value any) int { number, _ := value.(float64); return int(number) },
		"default": func(other, value any) any {
			if value == nil || value == "" {
				return other
			}
			return value
		},
	})
	files, err := filepath.Glob(filepath.Join(chart, "templates", "*"))
	if err != nil {
		return err
	}
	if _, err := all.ParseFiles(files...); err != nil {
		return err
	}
	data := map[string]any{
		"Values":  given.Values,
		"Chart":   about,
		"Release": map[string]any{"Name": release, "Namespace": "essai", "Service": "Helm"},
	}
	for _, file := range files {
		if name := filepath.Base(file); strings.HasSuffix(name, ".yaml") {
			fmt.Println("---")
			if err := all.ExecuteTemplate(os.Stdout, name, data); err != nil {
				return err
			}
		}
	}
	return nil
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}
