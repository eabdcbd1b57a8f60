{{- define "zvirka.name" -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name .Chart.Name) (contains .Chart.Name .Release.Name) | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* The labels by which pods of a component are found: (list $ "api"). */}}
{{- define "zvirka.selector" -}}
app.kubernetes.io/name: {{ (index . 0).Chart.Name }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "zvirka.labels" -}}
{{ include "zvirka.selector" . }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
{{- end }}

{{/* The settings of a component: its own, then those of all, then what the chart must know. The migration shares none. */}}
{{- define "zvirka.env" -}}
{{- $ := index . 0 }}
{{- $own := (index $.Values (index . 1)).env }}
{{- $listen := dict "HOST" "0.0.0.0" "PORT" "4000" "ZVIRKA_MONITORING_HOST" "0.0.0.0" "ZVIRKA_MONITORING_PORT" "4002" "ZVIRKA_WORKER_PORT" "4001" }}
{{- if eq (index . 1) "migrate" }}{{ toYaml $own }}{{ else }}{{ merge (dict) $own $.Values.env $listen | toYaml }}{{ end }}
{{- end }}

{{- define "zvirka.secretEnv" -}}
{{- $ := index . 0 }}
{{- $shared := ternary dict $.Values.secretEnv (eq (index . 1) "migrate") }}
{{- merge (dict) (index $.Values (index . 1)).secretEnv $shared | toYaml }}
{{- end }}

{{- define "zvirka.files" -}}
{{- $ := index . 0 }}
{{- $shared := ternary dict $.Values.files (eq (index . 1) "migrate") }}
{{- merge (dict) (index $.Values (index . 1)).files $shared | toYaml }}
{{- end }}

{{/* The spec of a pod: (list $ "api"). */}}
{{- define "zvirka.pod" -}}
{{- $ := index . 0 }}
{{- $component := index . 1 }}
{{- $part := index $.Values $component }}
{{- $env := include "zvirka.env" . | fromYaml }}
{{- $secretEnv := include "zvirka.secretEnv" . | fromYaml }}
{{- $files := include "zvirka.files" . | fromYaml }}
{{- if not (or (hasKey $files "DATABASE_URL_FILE") (hasKey $secretEnv "DATABASE_URL")) }}
{{- fail (printf "DATABASE_URL_FILE is missing: name a Secret in %s" (ternary "migrate.files, with the owner's login" (printf "files or %s.files" $component) (eq $component "migrate"))) }}
{{- end }}
{{- range $name, $_ := $files }}
{{- if or (hasKey $env $name) (hasKey $secretEnv $name) }}{{ fail (printf "%s of %s is set twice: leave one of env, secretEnv and files out" $name $component) }}{{ end }}
{{- end }}
{{- range $name, $_ := $secretEnv }}
{{- if hasKey $env $name }}{{ fail (printf "%s of %s is set twice: leave one of env and secretEnv out" $name $component) }}{{ end }}
{{- end }}
automountServiceAccountToken: false
# Otherwise Kubernetes adds names such as ZVIRKA_API_PORT to the environment, which the program refuses as mistyped settings.
enableServiceLinks: false
{{- if eq $component "migrate" }}
restartPolicy: Never
{{- else }}
# Longer than any stop, whatever the settings say.
terminationGracePeriodSeconds: {{ if eq $component "api" }}{{ add (int ($env.ZVIRKA_STOP_SECONDS | default "10")) (int $part.drainSeconds) 20 }}{{ else }}{{ add (int ($env.ZVIRKA_STOP_SECONDS | default "10")) (int ($env.ZVIRKA_LEASE_SECONDS | default "10")) 40 }}{{ end }}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{ include "zvirka.selector" . | nindent 8 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile:
    type: RuntimeDefault
{{- with $.Values.image.pullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $part.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with $part.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
containers:
  - name: {{ $component }}
    {{- with $.Values.image }}
    image: {{ printf "%s%s" .repository (ternary (printf "@%s" .digest) (printf ":%s" (.tag | default $.Chart.AppVersion)) (ne .digest "")) | quote }}
    imagePullPolicy: {{ .pullPolicy }}
    {{- end }}
    args: [{{ $component }}]
    env:
      {{- range $name, $value := $env }}
      - name: {{ $name }}
        value: {{ $value | quote }}
      {{- end }}
      {{- range $name, $from := $secretEnv }}
      - name: {{ $name }}
        valueFrom:
          secretKeyRef:
            name: {{ $from.secret }}
            key: {{ $from.key }}
      {{- end }}
      {{- range $name, $_ := $files }}
      - name: {{ $name }}
        value: /etc/zvirka/{{ $name }}
      {{- end }}
    {{- if ne $component "migrate" }}
    ports:
      {{- if eq $component "api" }}
      - name: http
        containerPort: {{ $env.PORT }}
      {{- end }}
      - name: monitoring
        containerPort: {{ ternary $env.ZVIRKA_MONITORING_PORT $env.ZVIRKA_WORKER_PORT (eq $component "api") }}
    startupProbe:
      httpGet: { path: /health/live, port: monitoring }
      periodSeconds: 2
      failureThreshold: 60
    livenessProbe:
      httpGet: { path: /health/live, port: monitoring }
      periodSeconds: 15
      timeoutSeconds: 5
    readinessProbe:
      httpGet: { path: /health/ready, port: monitoring }
      periodSeconds: 5
      timeoutSeconds: 5
    {{- end }}
    {{- if and (eq $component "api") (gt (int $part.drainSeconds) 0) }}
    lifecycle:
      preStop:
        sleep:
          seconds: {{ $part.drainSeconds }}
    {{- end }}
    resources: {{ toYaml $part.resources | nindent 6 }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities:
        drop: [ALL]
    volumeMounts:
      - name: tmp
        mountPath: /tmp
      {{- if $files }}
      - name: files
        mountPath: /etc/zvirka
        readOnly: true
      {{- end }}
volumes:
  - name: tmp
    emptyDir:
      sizeLimit: 64Mi
  {{- if $files }}
  - name: files
    projected:
      # 0440: the group is the process's.
      defaultMode: 288
      sources:
        {{- range $name, $from := $files }}
        - secret:
            name: {{ $from.secret }}
            items:
              - key: {{ $from.key }}
                path: {{ $name }}
        {{- end }}
  {{- end }}
{{- end }}
