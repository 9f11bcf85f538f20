<?php
/* Faults that happen once, for tests. A file in MEOK_FAULTS/armed is one fault, a JSON object:
 *   method, target   which request: its method, and a regular expression for its decoded target (/wp-json/…?…)
 *   after            false: before WordPress looks at the request; true: when what was asked is done and stored
 *   act              answer  status, headers, body instead of WordPress's
 *                    drop    the connection closes without a byte
 *                    cut     the answer stops after so many bytes (of the body given, or WordPress's own), then the
 *                            connection closes
 *                    delay   so many seconds of silence, then on as usual
 *                    kill    the worker dies, and nginx answers 502 with a page
 * The first in the order of names that fits is moved to MEOK_FAULTS/fired and happens. */

function meok_take_fault(bool $after): ?array
{
	$target = rawurldecode($_SERVER['REQUEST_URI'] ?? '');
	foreach (glob(MEOK_FAULTS . '/armed/*') ?: [] as $file) {
		$fault = json_decode((string) @file_get_contents($file), true);
		if (!$fault || $fault['after'] !== $after || $fault['method'] !== ($_SERVER['REQUEST_METHOD'] ?? '')
			|| !preg_match('~' . str_replace('~', '\~', $fault['target']) . '~u', $target))
			continue;
		if (@rename($file, MEOK_FAULTS . '/fired/' . basename($file))) // false: another worker has it
			return $fault;
	}
	return null;
}

function meok_act(array $fault, string $body): void
{
	switch ($fault['act']) {
	case 'delay':
		usleep((int) ($fault['seconds'] * 1e6));
		return;
	case 'kill':
		posix_kill(getmypid(), 9);
		exit;
	case 'drop':
		header_remove();
		header('X-Accel-Redirect: /.drop');
		exit;
	case 'cut':
		header('Content-Length: ' . strlen($body));
		echo substr($body, 0, $fault['bytes']);
		while (ob_get_level())
			ob_end_flush();
		flush();
		usleep(100000); // nginx drops what it has not passed on when its worker dies
		posix_kill(getmypid(), 9);
		exit;
	case 'answer':
		header_remove();
		header("HTTP/1.1 {$fault['status']} fault"); // http_response_code() leaves WordPress's status line in place
		foreach ($fault['headers'] as $name => $value)
			header("$name: $value");
		echo $fault['body'];
		exit;
	}
}

if ($fault = PHP_SAPI === 'cli' ? null : meok_take_fault(false))
	meok_act($fault, $fault['body'] ?? '');

add_filter('rest_pre_serve_request', function ($served, $result, $request, $server) {
	if ($fault = meok_take_fault(true))
		meok_act($fault, wp_json_encode($server->response_to_data($result, false)));
	return $served;
}, 100, 4);
