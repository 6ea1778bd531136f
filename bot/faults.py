"""The small table of start-up faults, in both languages: what happened, where, and how to mend it.

The one place in Python with sentences for people, because content itself may be what cannot be read.
"""

from collections.abc import Mapping
from typing import Any

CONFIGURATION = 78  # exit code for a start that was refused (EX_CONFIG)

FAULTS: Mapping[str, tuple[str, str]] = {
    # content
    "no_file": (
        "{path} が見当たりません。元のファイルを戻してください。",
        "{path} is missing. Please put the original file back.",
    ),
    "unreadable": (
        "{path} を読めません。UTF-8 の文字で保存されているか、読む権限があるかを見てください。",
        "{path} cannot be read. Please check that it is saved as UTF-8 and may be read.",
    ),
    "not_yaml": (
        "{path} の{line}行目のあたりの書き方が崩れています。字下げとコロンのうしろの空白を見てください。",
        "{path} is not well formed near line {line}. Please check the indent and the space after each colon.",
    ),
    "duplicate_key": (
        "{path} の{line}行目の名前が二度出ています。片方を消してください。",
        "{path} line {line}: the same name stands twice. Please remove one.",
    ),
    "full_width_colon": (
        "{path} の{line}行目のコロンが全角です。半角の「:」にしてください。",
        "{path} line {line} has a full-width colon. Please use the plain one (:).",
    ),
    "full_width_indent": (
        "{path} の{line}行目の字下げが全角の空白です。半角の空白にしてください。",
        "{path} line {line} is indented with full-width spaces. Please use plain spaces.",
    ),
    "not_block": (
        "{path} の{line}行目の文は「{name}: |」と書き、次の行に字下げして書いてください。",
        '{path} line {line}: please write this text as a block, "{name}: |" and the text indented below it.',
    ),
    "unknown_key": (
        "{path} の{line}行目のあたりの「{name}」は使えない名前です。つづりを見てください。",
        '{path} near line {line}: "{name}" is not a name used here. Please check its spelling.',
    ),
    "missing_key": (
        "{path} の{line}行目のあたりに「{name}」がありません。書き足してください。",
        '{path} near line {line}: "{name}" is missing. Please add it.',
    ),
    "wrong_value": (
        "{path} の{line}行目のあたりの「{name}」の値が読めません。ほかの例に合わせてください。",
        '{path} near line {line}: the value of "{name}" cannot be used. Please follow the other examples.',
    ),
    "not_one_of": (
        "{path} の{line}行目のあたりの「{name}」に「{value}」は使えません。使えるのは {names} です。",
        '{path} near line {line}: "{name}" cannot be "{value}". It can be: {names}.',
    ),
    "stands_twice": (
        "{path} の{line}行目のあたりの「{name}」の「{value}」は、「{other}」にもあります。片方を変えてください。",
        '{path} near line {line}: the "{value}" of "{name}" stands at "{other}" too. Please change one of them.',
    ),
    "text_too_long": (
        "{path} の{line}行目のあたりの「{name}」は{length}文字あります。{limit}文字までにしてください。",
        '{path} near line {line}: "{name}" has {length} characters. Please keep it within {limit}.',
    ),
    "not_plain": (
        "{path} の{line}行目の「{name}」は、半角の小文字と数字とハイフンで名付けてください。",
        '{path} line {line}: please name "{name}" with plain small letters, digits and hyphens.',
    ),
    "not_plain_fact": (
        "{path} の{line}行目の「{name}」は、半角の小文字と数字と下線で名付けてください。",
        '{path} line {line}: please name "{name}" with plain small letters, digits and underscores.',
    ),
    "count_differs": (
        "{path} の{line}行目のあたりで、「{what}」は{count}件あります。{least}件から{most}件にしてください。",
        '{path} near line {line}: there are {count} for "{what}". Please keep it between {least} and {most}.',
    ),
    "one_only": (
        "{path} の{line}行目のあたりの「{last}」は、「{first}」と一緒には使えません。どちらか一つにしてください。",
        '{path} near line {line}: "{last}" cannot stand beside "{first}". Please keep one of them.',
    ),
    "goes_with": (
        "{path} の{line}行目のあたりの「{name}」には「{partner}」も要ります。二つとも書くか、二つとも消してください。",
        '{path} near line {line}: "{name}" needs "{partner}" beside it. Please write both, or remove both.',
    ),
    "not_in_order": (
        "{path} の{line}行目のあたりの「{last}」が「{first}」より前になっています。数字を見てください。",
        '{path} near line {line}: "{last}" comes before "{first}". Please look at the numbers.',
    ),
    "places_unlike": (
        "{path} の{line}行目のあたりの「{name}」で、日本語と英語の片方にしかないものがあります: {places}。",
        '{path} near line {line}: in "{name}" these stand in only one of Japanese and English: {places}.',
    ),
    "word_lacking": (
        "{path} の{line}行目のあたりの「{name}」に「{word}」という言葉がありません。どこまで決まったか書いてください。",
        '{path} near line {line}: "{name}" does not say "{word}". Please tell how far it is settled.',
    ),
    "named_nowhere": (
        "{path} の{line}行目のあたりの「{name}」の「{value}」は、{among} にありません。つづりを見てください。",
        '{path} near line {line}: the "{value}" of "{name}" is not in {among}. Please check its spelling.',
    ),
    "words_differ": (
        "{path}: 「{name}」が flow.yaml と wording.yaml の片方にしかありません。両方に書いてください。",
        '{path}: "{name}" stands in only one of flow.yaml and wording.yaml. It belongs in both.',
    ),
    "unknown_name": (
        "{path}: 「{name}」という名前は決まっていません。つづりを見てください。",
        '{path}: there is nothing named "{name}". Please check its spelling.',
    ),
    "not_a_condition": (
        "{path}: 「{name}」の条件が読めません。is is_not one_of includes at_least at_most before が使えます。",
        '{path}: the condition at "{name}" cannot be read. Use is is_not one_of includes at_least at_most before.',
    ),
    "unreachable": (
        "{path}: 「{name}」にたどり着く道がありません。next を見てください。",
        '{path}: no way leads to "{name}". Please look at the next rules.',
    ),
    "no_end": (
        "{path}: 「{name}」から結論にたどり着けません。next を見てください。",
        '{path}: from "{name}" no outcome can be reached. Please look at the next rules.',
    ),
    "last_rule": (
        "{path}: 「{name}」の最後の行き先には条件を付けないでください。",
        '{path}: the last rule of "{name}" must stand without a condition.',
    ),
    "places_differ": (
        "{path}: 「{name}」の { } の中身が日本語と英語で違います。そろえてください。",
        '{path}: the places in braces of "{name}" differ between Japanese and English. Please make them the same.',
    ),
    "too_long": (
        "{path}: 「{name}」が長すぎます({length}文字、{limit}文字まで)。短くしてください。",
        '{path}: "{name}" is too long ({length} characters, at most {limit}). Please shorten it.',
    ),
    "word_to_avoid": (
        "{path}: 「{name}」に「{word}」があります。「{better}」のように書いてください。",
        '{path}: "{name}" uses "{word}". Please write something like "{better}".',
    ),
    "case_missing": (
        "{path}: 結論「{name}」で終わる例がありません。cases.yaml に足してください。",
        '{path}: no example ends at "{name}". Please add one to cases.yaml.',
    ),
    # key
    "key_missing": (
        "鍵のファイル {path} が見当たりません。控えから戻すか、SECRET_REVIEW_KEY_FILE"
        "(通報者の鍵は SECRET_REVIEW_REPORTER_KEY_FILE)で置き場所を教えてください。",
        "The key file {path} is missing. Restore it from its copy, or tell its place by SECRET_REVIEW_KEY_FILE "
        "(of the reporters' key, SECRET_REVIEW_REPORTER_KEY_FILE).",
    ),
    "key_unreadable": (
        "鍵のファイル {path} を読めません。中身が32バイトの鍵(base64)か、読む権限があるかを見てください。",
        "The key file {path} cannot be read. Please check that it holds a 32-byte key (base64) and may be read.",
    ),
    "key_unwritable": (
        "鍵のファイル {path} を作れません。書き込める場所を SECRET_REVIEW_KEY_FILE"
        "(通報者の鍵は SECRET_REVIEW_REPORTER_KEY_FILE)で教えてください。",
        "The key file {path} cannot be made. Please name a place that can be written by SECRET_REVIEW_KEY_FILE "
        "(of the reporters' key, SECRET_REVIEW_REPORTER_KEY_FILE).",
    ),
    "key_other": (
        "鍵のファイル {path} は、このデータの鍵ではありません。このデータを作ったときの鍵を戻してください。",
        "The key file {path} is not the key of this data. Please put back the key the data was made with.",
    ),
    "key_beside_data": (
        "鍵のファイル {path} がデータと同じフォルダにあります。別の場所に移してください。",
        "The key file {path} lies inside the data folder. Please move it elsewhere.",
    ),
    "signing_key_unreadable": (
        "記録に署名する鍵のファイル {path} を読めません。控えから戻すか、SECRET_REVIEW_SIGNING_KEY_FILE で置き場所を"
        "教えてください。",
        "The key file {path}, which signs the record, cannot be read. Please restore it from its copy, or tell its "
        "place by SECRET_REVIEW_SIGNING_KEY_FILE.",
    ),
    "signing_key_unwritable": (
        "記録に署名する鍵のファイル {path} を作れません。書き込める場所を SECRET_REVIEW_SIGNING_KEY_FILE で"
        "教えてください。",
        "The key file {path}, which signs the record, cannot be made. Please name a place that can be written by "
        "SECRET_REVIEW_SIGNING_KEY_FILE.",
    ),
    "checkpoints_beside_data": (
        "記録の証明の置き場所 {path} がデータと同じフォルダにあります。SECRET_REVIEW_CHECKPOINTS で別の場所を"
        "教えてください。",
        "The place {path}, where what vouches for the record is written, lies inside the data folder. Please name "
        "another by SECRET_REVIEW_CHECKPOINTS.",
    ),
    # database
    "database_unreadable": (
        "データベース {path} を読めません(壊れているか、別の種類のファイルです)。控えから戻してください。",
        "The database {path} cannot be read (damaged, or another kind of file). Please restore it from a backup.",
    ),
    "database_foreign": (
        "データベース {path} は、この製品のものではありません。別の場所を指定してください。",
        "The database {path} does not belong to this product. Please name another place.",
    ),
    "database_newer": (
        "データベース {path} は、新しい版で作られています。新しい版でお使いください。",
        "The database {path} was made by a newer version. Please use that version.",
    ),
    "database_unreachable": (
        "データベース {path} につながりません。動いているか、DATABASE_URL が正しいかを見てください。",
        "The database {path} cannot be reached. Please check that it runs and that DATABASE_URL is right.",
    ),
    "database_unknown": (
        "DATABASE_URL の「{path}」は使えません。postgresql:// か sqlite:/// で始めてください。",
        'DATABASE_URL cannot start with "{path}". Please begin with postgresql:// or sqlite:///.',
    ),
    "driver_missing": (
        "{path} を使う部品が入っていません。./run から始めると自動で入ります。",
        "What {path} needs is not installed. Starting by ./run installs it.",
    ),
    "folder_unwritable": (
        "データのフォルダ {path} に書き込めません。SECRET_REVIEW_DATA で別の場所を教えてください。",
        "The data folder {path} cannot be written. Please name another by SECRET_REVIEW_DATA.",
    ),
    "setting_wrong": (
        "環境変数 {name} の値が使えません。書ける値は README.md の表にあります。",
        "The value of the environment variable {name} cannot be used. README.md lists what it may be.",
    ),
    "nothing_here": (
        "{path} には、まだ何もありません。先に ./run people import FILE --apply で名簿を読み込んでください。",
        "There is nothing at {path} yet. Please run ./run people import FILE --apply first.",
    ),
    "no_surface": (
        "つなぐチャットが設定されていません。Slack なら SLACK_BOT_TOKEN と、SLACK_SIGNING_SECRET か SLACK_APP_TOKEN、"
        "Teams なら TEAMS_APP_ID と TEAMS_APP_PASSWORD と TEAMS_TENANT_ID を設定してください。",
        "No chat is configured. Please set SLACK_BOT_TOKEN, and SLACK_SIGNING_SECRET or SLACK_APP_TOKEN, for Slack; "
        "TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID for Teams.",
    ),
    "teams_blank": (
        "TEAMS_APP_ID、TEAMS_APP_PASSWORD、TEAMS_TENANT_ID の三つがそろっていません。三つとも設定するか、"
        "この機械だけで試すなら TEAMS_PLAYGROUND=1 だけにしてください。",
        "TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID belong together. Please set all three, or for a trial on "
        "this machine alone TEAMS_PLAYGROUND=1 and none of them.",
    ),
    "teams_sdk_missing": (
        "TEAMS_SDK={name} を使う部品が入っていません。./run から始めると自動で入ります。",
        "What TEAMS_SDK={name} needs is not installed. Starting by ./run installs it.",
    ),
    "teams_refused": (
        "Microsoft に断られました({told})。TEAMS_APP_ID、TEAMS_APP_PASSWORD、TEAMS_TENANT_ID が登録したボットのものかを"
        "見てください。",
        "Microsoft refused ({told}). Please check that TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID are those "
        "of the registered bot.",
    ),
    "teams_unreachable": (
        "Microsoft につながりませんでした({told})。この機械から login.botframework.com と login.microsoftonline.com へ"
        "出られるかを見て、もう一度実行してください。",
        "Microsoft could not be reached ({told}). Please check that this machine can reach login.botframework.com and "
        "login.microsoftonline.com, then run this again.",
    ),
    "port_taken": (
        "ポート {port} は使えません。ほかのプログラムが使っていないかを見るか、--port で別の番号にしてください。",
        "Port {port} cannot be used. Please see whether another program uses it, or choose another with --port.",
    ),
    "slack_refused": (
        "Slack に断られました({told})。SLACK_BOT_TOKEN と SLACK_APP_TOKEN が、入れたアプリのものかを見てください。",
        "Slack refused ({told}). Please check that SLACK_BOT_TOKEN and SLACK_APP_TOKEN are those of the installed app.",
    ),
    "slack_unreachable": (
        "Slack につながりませんでした({told})。この機械から slack.com へ出られるかを見て、もう一度実行してください。",
        "Slack could not be reached ({told}). Please check that this machine can reach slack.com, then run this again.",
    ),
    "unforeseen": (
        "思いがけないことで止まりました({number})。それまでの答えは残っています。"
        "データのフォルダーの {path} を管理者にお渡しください。",
        "Stopped by something unforeseen ({number}). Your answers are kept. Please hand {path} of the data folder "
        "to the administrator.",
    ),
    "content_folder_missing": (
        "SECRET_REVIEW_CONTENT のフォルダ {path} が見当たりません。場所を見直してください。",
        "The folder {path} of SECRET_REVIEW_CONTENT is missing. Please check its place.",
    ),
}


def word_fault(code: str, language: str | None = None, **params: Any) -> str:
    """The sentence for a fault: in one language where it is known, else in both."""
    ja, en = FAULTS[code]
    filled = [_fill(text, params) for text in (ja, en)]
    if language is None:
        return "\n".join(filled)
    return filled[1] if language == "en" else filled[0]


def _fill(text: str, params: Mapping[str, Any]) -> str:
    for name, value in params.items():
        text = text.replace("{" + name + "}", str(value))
    return text
