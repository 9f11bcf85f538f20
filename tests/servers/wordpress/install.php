<?php
/* install.php TREE: installs the blog in the database of TREE/wp-config.php and prints name:application password for an
 * administrator, an author and a contributor. HTTP_HOST in the environment is the address that the blog believes in. */
$_SERVER['HTTP_HOST'] = getenv('HTTP_HOST');
$_SERVER['REQUEST_METHOD'] = 'GET';
$_SERVER['REQUEST_URI'] = '/';
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
define('WP_INSTALLING', true);

// wp_install() would send mail.
function wp_new_blog_notification($title, $url, $user, $password) {}

require $argv[1] . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';

wp_install('먹 시험 블로그', 'admin', 'admin@example.invalid', true, '', wp_generate_password());
update_option('timezone_string', 'Asia/Seoul');
$wp_rewrite->init();
$wp_rewrite->set_permalink_structure('/%postname%/');
flush_rewrite_rules(false);
foreach (get_posts(['post_type' => 'any', 'post_status' => 'any', 'numberposts' => -1]) as $post)
	wp_delete_post($post->ID, true); // the samples

foreach (['admin' => 'administrator', 'author' => 'author', 'contributor' => 'contributor'] as $name => $role) {
	$user = get_user_by('login', $name);
	$id = $user ? $user->ID : wp_insert_user(['user_login' => $name, 'user_pass' => wp_generate_password(),
		'user_email' => "$name@example.invalid", 'role' => $role]);
	if (is_wp_error($id)) {
		fwrite(STDERR, $id->get_error_message() . "\n");
		exit(1);
	}
	[$password] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'tests']);
	echo $name, ':', WP_Application_Passwords::chunk_password($password), "\n";
}
