#!/usr/bin/env python3
"""What meok makes of Markdown, before WordPress' own parser of blocks and before its block editor itself."""
import functools, html, json, os, pathlib, shutil, subprocess
import harness

HERE = pathlib.Path(__file__).resolve().parent
INCLUDES = pathlib.Path(os.environ.get("WPSRC", "/usr/share/wordpress")) / "wp-includes"
SEEDS = HERE.parent / "fuzz/seeds/markup"

# Markdown, and the names of the blocks on the first level without core/
CASES = [
    ("글 **카카오(주)**는\n글\n\n글  \n글", "paragraph paragraph"),
    ("[링크](/a?b=1&c=2 \"제목 & <\") ![그림](/a.png \"t\") `a < b` ~~c~~ <kbd>d</kbd><br>e <!-- f -->", "paragraph"),
    ("&nbsp; &amp; &lt; &#65; &copy; &none; & \"따옴표\" 'x' <http://a.b/?x=1&y=2>", "paragraph"),
    ("[가](javascript:1) ![](data:x)", "paragraph"),
    ("# 하나\n## 둘\n### 셋\n#### 넷\n##### 다섯\n###### 여섯\n#", " ".join(["heading"] * 7)),
    ("글\n---\n글\n***", "paragraph separator paragraph separator"),
    ("> 하나\n>\n> - 둘\n>   ---\n>\n> > 셋", "quote"),
    (">", "quote"),
    ("- 하나\n- 둘", "list"),
    ("- 하나\n\n  더\n\n- 둘", "list"),
    ("-\n- 둘", "list"),
    ("3. 셋\n4. 넷", "list"),
    ("0. 영", "list"),
    ("- 하나\n  1. 안\n     - 더 안\n  2. 안\n- 둘", "list"),
    ("- 하나\n  - 안\n  + 다른", "list"),
    ("- <b>하나</b> *둘*\n- `셋` <!-- 넷 -->", "list"),
    ("- 하나\n  ```\n  a[1]\n  https://a.b/c\n  ```", "html"),
    ("- 하나\n\n  # 제목", "html"),
    ("- > 인용", "html"),
    ("1. 하나\n   - 안\n\n   뒤", "html"),
    ("```c\nint a[3] = {1}; // <b> & \"c\"\n\thttps://a.b\n\nhttps://a.b/c?d=[1]\n \n```", "code"),
    ("```\n```", "code"),
    ("```\n\n\n```", "code"),
    ("    하나\n\n      둘", "code"),
    ("| 가 | 나 | 다 | 라 |\n|:---|:---:|---:|----|\n| **1** | `2` | <kbd>3</kbd> | [4](/a) |\n| 5 |", "table"),
    ("| 가 | 나 |\n|---|---|", "table"),
    ("<div class=\"a\">\n글\n</div>", "html"),
    ("<!-- 주석 -->", "html"),
    ("<script>\nif (a < b && c) d(\"</div>\");\n</script>", "html"),
    ("<iframe src=\"https://a.b\"></iframe>", "html"),
    ("<hr>\n\n<img src=x>\n\n<svg><path d=\"M0\"/></svg>", "html html html"),
    ("<details>\n<summary>겉</summary>\n\n속 **글**\n\n- 하나\n\n</details>\n\n뒤", "html paragraph"),
    ("<div>\n\n<div>\n\n가\n\n</div>\n\n</div>", "html"),
    ("<!-- wp:paragraph -->\n\n가 <!-- /wp:paragraph --> 나 <!-- wp:quote /-->\n\n<!-- /wp:quote -->",
     "html paragraph html"),
]


def blocks_of(markdown):
    program = pathlib.Path(os.environ["MEOK_BUILD"]) / "tests/unit/blocks_of"
    return subprocess.run([program], input=markdown.encode(), capture_output=True, check=True).stdout.decode()


def texts():
    """The cases and every other Markdown of the tests whose HTML is whole."""
    files = [HERE / "article.md", *sorted(path for path in SEEDS.iterdir() if path.name != "raw.md")]
    return [markdown for markdown, _ in CASES] + [path.read_text() for path in files]


def walk(blocks, inner):
    for block in blocks:
        yield block
        yield from walk(block[inner], inner)


def test_the_parser_of_wordpress_finds_the_blocks():
    """WordPress' parser finds the blocks that were meant, and nothing between them"""
    script = ("foreach (['block-parser', 'block-parser-block', 'block-parser-frame'] as $name)"
              "  if (file_exists($file = $argv[1] . \"/class-wp-$name.php\")) require_once $file;"
              "$parser = new WP_Block_Parser(); $found = [];"
              "foreach (json_decode(stream_get_contents(STDIN)) as $text) $found[] = $parser->parse($text);"
              "echo json_encode($found);")
    done = subprocess.run(["php8.2", "-r", script, INCLUDES], capture_output=True, check=True,
                          input=json.dumps([blocks_of(text) for text in texts()]).encode())
    found = json.loads(done.stdout)
    assert len(found) == len(texts())
    for text, blocks in zip(texts(), found):
        for block in walk(blocks, "innerBlocks"):
            if block["blockName"] is None:
                assert block["innerHTML"].strip() == "", (text, block)
            assert block["blockName"] != "core/list" or all(
                inner["blockName"] == "core/list-item" for inner in block["innerBlocks"]), text
            assert block["blockName"] != "core/list-item" or all(
                inner["blockName"] == "core/list" for inner in block["innerBlocks"]), text
    for (text, names), blocks in zip(CASES, found):
        assert [block["blockName"] for block in blocks if block["blockName"]] == [
            "core/" + name for name in names.split()], (text, blocks)


# ---- The editor: its scripts in a browser, without a server

EDITOR = """
const answer = (() => { try {
  for (const name of ["error", "warn", "info", "log", "groupCollapsed", "groupEnd"]) console[name] = () => {};
  wp.blockLibrary.registerCoreBlocks();
  const tell = block => ({name: block.name, valid: block.isValid, markup: block.originalContent,
    issues: (block.validationIssues || []).map(issue => String(issue.args[0])), inner: block.innerBlocks.map(tell)});
  return TEXTS.map(text => wp.blocks.parse(text).map(tell));
} catch (error) { return String(error.stack); } })();
document.body.append(Object.assign(document.createElement("pre"), {textContent: JSON.stringify(answer)}));
"""


@functools.cache
def scripts():
    """The files of the editor's block library and of all it stands on, in order."""
    order = ("$known = require $argv[1] . '/assets/script-loader-packages.php'; $order = [];"
             "$add = function ($name) use (&$add, &$order, $known) {"
             "  if (isset($order[$name])) return;"
             "  $order[$name] = false; $file = preg_replace('/^wp-/', '', $name) . '.js';"
             "  foreach ($known[$file]['dependencies'] ?? [] as $needed) $add($needed);"
             "  unset($order[$name]); $order[$name] = true; };"
             "$add('wp-block-library'); echo json_encode(array_keys($order));")
    names = json.loads(subprocess.run(["php8.2", "-r", order, INCLUDES], capture_output=True, check=True).stdout)
    files = []
    for name in names:
        vendor, own = INCLUDES / f"js/dist/vendor/{name}.min.js", INCLUDES / f"js/dist/{name[3:]}.min.js"
        files.append(vendor if vendor.exists() else own)
    return files


def ask_editor(folder, markups):
    def source(path):
        after = "<script>window.lodash = _.noConflict()</script>" if path.name == "lodash.min.js" else ""
        return f'<script src="{path.as_uri()}"></script>{after}'
    page = folder / "editor.html"
    page.write_text("<!doctype html><meta charset=utf-8><body>" + "".join(map(source, scripts())) + "<script>"
                    + EDITOR.replace("TEXTS", json.dumps(markups).replace("<", "\\u003c")) + "</script>")
    done = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         f"--user-data-dir={folder}/profile", "--allow-file-access-from-files", "--dump-dom", page.as_uri()],
        capture_output=True, timeout=100, env={**os.environ, "HOME": str(folder)})
    body = done.stdout.decode().rpartition("<pre>")[2].partition("</pre>")[0]
    answer = json.loads(html.unescape(body))
    assert isinstance(answer, list), answer
    return answer


def test_the_block_editor_calls_every_block_valid(tmp):
    """the block editor itself calls every block valid"""
    if not shutil.which("chromium"):
        raise harness.Skip("chromium is not installed")
    # The last one shows that an invalid block would be seen.
    broken = "<!-- wp:paragraph -->\n<p>글 <b>글</p>\n<!-- /wp:paragraph -->"
    *answers, last = ask_editor(tmp, [*map(blocks_of, texts()), broken])
    assert [block["valid"] for block in last] == [False], last
    assert len(answers) == len(texts())
    for text, blocks in zip(texts(), answers):
        assert blocks, text
        for block in walk(blocks, "inner"):
            assert block["valid"], (text, block)
            assert block["name"] not in ("core/freeform", "core/missing"), (text, block)
    for (text, names), blocks in zip(CASES, answers):
        assert [block["name"] for block in blocks] == ["core/" + name for name in names.split()], (text, blocks)


if __name__ == "__main__":
    harness.main()
