{{- define "bacasable.name" -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "bacasable.selector" -}}
app.kubernetes.io/name: bacasable
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "bacasable.labels" -}}
{{ include "bacasable.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}
