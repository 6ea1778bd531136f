"""The guard keeps the secret itself out and lets its name, its place and an explanation in."""

import dataclasses
import string
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.guard import Finding, Lexicon, inspect

DATA = Path(__file__).resolve().parents[2] / "content" / "shared" / "guard.yaml"
WORDS: dict[str, Any] = YAML(typ="safe", pure=True).load(DATA.read_text(encoding="utf-8"))
LEXICON = Lexicon(**{name: tuple(words) for name, words in WORDS.items()})

ROWS = r"""
材料　ｔ０．８　ＳＰＭ　６２　下死点　１１８．４／材料　ｔ１．２　ＳＰＭ　４８　下死点　１１７．９ ¦ 1,200\n1,150\n980
材料 t0.8 SPM 62 下死点 118.4 / 材料 t1.2 SPM 48 下死点 117.9 / 材料 t1.6 SPM 40 下死点 117.5
仕入先A 単価 120.5円 納期 30日\n仕入先B 単価 118円 納期 14日\n仕入先C 単価 115円 納期 7日 ¦ SiO2 45%、Al2O3 30%、CaO 25%
材料    SPM   下死点\nt0.8    62    118.4\nt1.2    48    117.9\nt1.6    40    117.5 ¦ 速度120mm/s、荷重3.5kN、保持2.5秒
| 品名 | 単価 |\n|---|---|\n| ボルト | 5円 |\n| ナット | 8円 |\n| ワッシャ | 2円 | ¦ bolt $5.20, nut $3.10, washer $0.80
佐藤商店 03-1234-5678、鈴木工業 045-123-4567、高橋製作所 0120-123-456 ¦ 品名\t単価\t数量\nボルト\t5\t100\nナット\t8\t200
Sato +81 3-1234-5678\nSuzuki sato@example.com\nMori mori@example.com ¦ ボルト 500 300\nナット 300 200\nワッシャ 200 100
〒100-0001 東京 佐藤、〒220-0001 横浜 鈴木、〒530-0001 大阪 高橋 ¦ 氏名\t部署\t役職\n佐藤\t製造\t部長\n鈴木\t製造\t班長
Sato 212-555-0101, Suzuki 212-555-0102, Kobayashi 212-555-0103 ¦ 割増率は20%で、1.5mmを超えると30%、2mmを超えると45%です
"佐藤","製造","214"\n"鈴木","製造","215"\n"小林","経理","301" ¦ 品番 A-101 1,200円\n品番 A-102 1,350円\n品番 A-103 980円
品名,単価,数量\nボルト,5,100\nナット,8,200\nワッシャ,2,300 ¦ 順送金型 クリアランス0.05mm、パンチ径12.3mm、ダイ径12.4mm
田中 090-1234-5678\n山田 080-2345-6789\n林 070-3456-7890 ¦ Material A 62 SPM 118.4 mm / Material B 48 SPM 117.9 mm
Bolts cost 5 USD. Nuts cost 8 USD. Washers cost 2 USD. ¦ A社は1,200円です。B社は1,150円です。C社は980円です。
佐藤,製造,部長\n鈴木,製造,班長\n小林,経理,主任 ¦ 温度：２００℃、圧力：１５MPa、保圧：１２．５秒
a@example.com、b@example.co.jp、c@example.org ¦ name,price,stock\nbolt,5.20,100\nnut,3.10,200
Item\tPrice\tCost\nBolt\t120\t80\nNut\t90\t60 ¦ 下死点は118.4、117.9、117.5、118.2で使い分け ¦ A社 30%、B社 20%、C社 10%
Temp 200 °C, pressure 15 MPa, hold 12.5 sec ¦ ・A社 1,200円\n・B社 1,150円\n・C社 980円 ¦ 材料 t0.8 SPM 62 下死点 118.4
ボルト: 5円\nナット: 8円\nワッシャ: 2円 ¦ 5円のボルト、8円のナット、2円のワッシャ ¦ 温度 200℃ 圧力 15MPa 時間 12.5秒
ボルト 5円 / ナット 8円 / ワッシャ 2円 ¦ 仕入れ ¥1,200、売値 ¥1,800、運賃 ¥150 ¦ 100 200 300\n110 210 310\n120 220 320
予熱 150℃、本加熱 230℃、冷却 60℃ ¦ Alloy: Cu 62%, Zn 35%, Pb 3% ¦ t0.8,62,118.4,t1.2,48,117.9
118.4\n117.9\n117.5\n118.1 ¦ 1 118.4\n2 117.9\n3 117.5
"""

CODE = r"""
#include <stdio.h>\nint main(void) { return 0; } ¦ public static void main(String[] args) { ¦ {"name": "P-3", "spm": 62}
function price(x) { return x * 1.2; } ¦ select * from customers where id = 1; ¦ Sub Calc()\nDim x As Integer\nEnd Sub
feed_rate: 120\nspindle_speed: 8000 ¦ INSERT INTO prices VALUES (1, 200) ¦ def price(x):\n    return x * 1.2
SELECT name, price FROM customers ¦ =VLOOKUP(A2,Sheet1!B:C,2,FALSE) ¦ <html><body>price</body></html> ¦ N10G01X10.5Y20.0
G90 G54\nG00 X0 Y0\nM03 S1200 ¦ for i in range(10): print(i) ¦ items.map(x => { return x }) ¦ [{"spm": 62}, {"spm": 48}]
UPDATE prices SET value = 3 ¦ x = calc(1);\ny = calc(2); ¦ ｄｅｆ　ｐｒｉｃｅ（ｘ）： ¦ feed = 120\nspeed = 8000
$rate = 1.2; echo $rate; ¦ #!/bin/sh\nrm -rf data ¦ if (x > 0) { y = 1; } ¦ LD X0\nOUT Y10\nLD X1 ¦ G01 X10.5 Y20.0 F200
{'spm': 62, 't': 0.8} ¦ from math import pi ¦ std::vector<int> v; ¦ import numpy as np ¦ const rate = 1.2;
"""

CREDENTIAL = r"""
eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N ¦ postgres://sato:hibari24@db.example.com/prices
Server=sv01;Database=prices;User Id=sa;Password=hibari24; ¦ https://hooks.slack.com/services/T000/B000/XXXXXXXX
-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA ¦ Authorization: Bearer abcdef1234567890abcdef ¦ パスワード hibari2024
https://example.com/list?token=abcdef123456 ¦ kT9xQ2mB7vLr/ZsW8nYpE3uHc6JdF1gA5iOo+RtX ¦ パスワードは hibari2024 です
ghp_16C7e42F292c6912E7710c838347Ae178B4a ¦ サーバのパスワード（予備）: abc12345 ¦ パスワードを Hibari#24 に変えました
-----BEGIN OPENSSH PRIVATE KEY----- ¦ マスターパスワード："Hibari 2024!" ¦ パスワード：ｈｉｂａｒｉ２０２４
ID\nsato\nパスワード\nhibari2024 ¦ 9f86d081884c7d659a2feaa0c55ad015 ¦ xoxb-1234567890-abcdefghijkl ¦ ﾊﾟｽﾜｰﾄﾞ：hibari2024
Password = "correct-horse" ¦ client_secret=abcd1234efgh ¦ APIキーは 9f8e7d6c5b4a3210 ¦ パスワードはhibarinoです
パスワード「hibari2024」 ¦ パスワード: ひばり野2024 ¦ The password is hunter2. ¦ x8Kq2Lm9Zr4Tb7Vn1Wc6Yd3P ¦ PW：hib@ri24
暗号鍵は x8Kq2Lm9Zr です ¦ 金庫の暗証番号：２５８０ ¦ DB_PASSWORD=s3cretvalue ¦ ID: sato PW: hib@ri24 ¦ パスワード: xxxx
id sato / pw hibari24 ¦ api key: 9f8e7d6c5b4a ¦ パスワード→hibari2024 ¦ AKIAIOSFODNN7EXAMPLE ¦ dbPassword=hunter22
暗証番号は1234です ¦ password: hunter2 ¦ token: 3f9a8b7c6d ¦ my PIN is 4821 ¦ 暗証番号 4821
"""

PERSONAL = r"""
口座番号（みずほ銀行 新宿支店 普通）1234567 ¦ みずほ銀行 新宿支店 普通預金 1234567 ¦ ４１１１１１１１１１１１１１１１
マイナンバーは123456789018です ¦ account number is 1234-567890 ¦ １２３４－５６７８－９０１８ ¦ カードは5555555555554444
マイナンバー 1234 5678 9012 ¦ 振込先 みずほ 普通 1234567 ¦ Passport number: TK1234567 ¦ 基礎年金番号 1234-567890
個人番号：123456789012 ¦ bank account 12345678 ¦ 4111 1111 1111 1111 ¦ 4111-1111-1111-1111 ¦ 3782 822463 10005
口座番号: 1234567 ¦ 1234ー5678ー9018 ¦ SSN 123-45-6789 ¦ 1234 5678 9018 ¦ 1234-5678-9018 ¦ 4222222222222 ¦ 123456789018
"""

LONG = [
    "この工程では、まず材料を予熱してから金型に入れます。" * 9,
    "まず材料を温める。次に型へ入れる。圧を上げて待つ。色が変わったら下げる。" * 4,
    "First we warm the sheet in the small oven. Then we put it into the die and wait for the light. " * 6,
    "材料を温めてから型に入れます\n圧力をゆっくり上げます\n色が変わるまで待ちます\n型から出して冷まします\n" * 6,
    "当社の製造方法は材料を予熱した後に金型へ投入して加圧しながら冷却するもので" * 5,
    "あ" * 400,
    "条件表と図面と" * 1500,
    "本契約に関して甲が乙に開示した情報は秘密とし、乙はこれを第三者に開示してはならない。ただし公知の情報はこの限りでない。"
    * 10,
]


def texts_of(table: str) -> list[str]:
    r"""Split at line ends and bars, then make \n and \t real."""
    pieces = (piece.strip() for line in table.splitlines() for piece in line.split(" ¦ "))
    return [piece.replace("\\n", "\n").replace("\\t", "\t") for piece in pieces if piece]


CAUGHT = [
    *(("rows", text) for text in texts_of(ROWS)),
    *(("code", text) for text in texts_of(CODE)),
    *(("credential", text) for text in texts_of(CREDENTIAL)),
    *(("personal_number", text) for text in texts_of(PERSONAL)),
    *(("long_text", text) for text in LONG),
]

NAMES = r"""
60tプレスの条件表、80tプレスの条件表、110tプレスの条件表、150tプレスの条件表、200tプレスの条件表 ¦ 第2工場のレイアウト図
プレスの条件表と、順送の金型、あと自動送りの改造かな。それと鈴木くんの段取りのコツ ¦ t0.8、t1.2、t1.6、t2.0の4種の条件表
トランプのSHA-256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 ¦ 図面 1234、仕様書 5678、手順書 9012
https://drive.google.com/drive/folders/1A2b3C4d5E6f7G8h9I0jKlMnOpQrStUvW ¦ 加工条件表、佐藤\n金型図面、鈴木\n見積、小林
https://example.sharepoint.com/sites/sekkei/Shared%20Documents/P-3 ¦ 1. 加工条件表 2. 金型 3. 段取り 4. 見積 5. 顧客名簿
C:\\Users\\sato\\Documents\\P3Line-SettingsSheet-2026-Rev2.xlsx ¦ 50%引きの価格表、30%引きの価格表、10%引きの価格表
60 t press settings, 80 t press settings, 110 t press settings ¦ 1.1 加工条件表 1.2 金型の図面 1.3 段取りのコツ 2.1 見積
0.8mmの条件表、1.2mmの条件表、1.6mmの条件表、2.0mmの条件表 ¦ 1.1 加工条件表\n1.2 金型の図面\n1.3 段取りのコツ\n2.1 見積
if a supplier asks, who answers?\nfor the customers: Sato ¦ 加工条件表, 金型図面, 見積\n顧客名簿, 仕入先一覧, 原価表
settings sheet, die drawings, price list, customer list ¦ settings sheet (P-3);\ndie drawings (P-4);\nprice list;
1. settings sheet 2. die drawings 3. price list ¦ １．加工条件表　２．金型　３．段取り　４．見積 ¦ 口座番号一覧 20261110
Owner: Sato\nPlace: server\nName: die drawings ¦ Please select drawings, sheets from the shelf. ¦ ISO 9001 audit results
加工条件表\t佐藤\n金型図面\t鈴木\n見積\t小林 ¦ 0.8 mm sheet settings, 1.2 mm sheet settings ¦ \\\\sv01\\設計\\金型\\P-3
仕様書 Ver1.2、仕様書 Ver1.3、仕様書 Ver2.0 ¦ settings sheet; die drawings; price list; ¦ - 加工条件表\n- 金型\n- 段取り
条件表 0.8mm、条件表 1.2mm、条件表 1.6mm ¦ P3 = settings sheet\nP4 = die drawings ¦ P-3、P-4、P-5、P-6ラインの加工条件表
条件表 t0.8、条件表 t1.2、条件表 t1.6 ¦ (1) 加工条件表 (2) 金型 (3) 段取り ¦ 図番 123-456-789、図番 123-456-790 ¦ Q&A集
101号機、102号機、103号機の条件表 ¦ SUS304L-HP-2026-A12B34C-REV2-001 ¦ SUS304、SUS316、A5052の仕入れ値 ¦ 0.8mm板の条件表
0.8mm、1.2mm、1.6mmの板の条件表 ¦ Pythonの計算プログラム price.py ¦ Trade secret: P-3 line settings ¦ 2026年度の見積一覧
P3LineDieDrawingSheet2026Rev2 ¦ 口座番号の一覧(2026-11-10版) ¦ ① 加工条件表 ② 金型 ③ 段取り ¦ API key rotation schedule
20261110P3LineSheetRev2Final ¦ t0.8×1219×2438 の鋼板の図面 ¦ P3LineSettingsSheet2026Rev2 ¦ 営業秘密: P-3ラインの条件表
Function keys (F1 to F12) ¦ 設計サーバの金型フォルダ ¦ マイナンバー管理簿 2026 ¦ 見積（仮）;図面（最終） ¦ APIキーの台帳
Line P-3 settings sheet ¦ カード番号台帳 第12号 ¦ 売上1億円の案件の見積 ¦ 24時間365日の保守記録 ¦ 社員の個人番号の一覧
P-3ライン加工条件表 ¦ Drawing No. 1234-56 ¦ φ10×L50 ピンの図面 ¦ 不良率2%の改善記録 ¦ 上位20社の顧客名簿 ¦ A/B試験の結果
10年分の原価データ ¦ NCプログラム O1234 ¦ ISO9001の監査結果 ¦ t0.8 SPM62 条件表 ¦ C++のソースコード ¦ list of passwords
class A: drawings ¦ SUS304の仕入れ値 ¦ 図面 No. 1234-56 ¦ パスワードの一覧 ¦ パスワード管理表 ¦ 第1.5版の仕様書
Quotations 2026 ¦ password policy ¦ プログラム G01 ¦ 2024 2025 2026 ¦ import duties ¦ 5S活動の記録 ¦ f(x)の計算式
【秘】条件表 ¦ A4ファイル ¦ SQLの一覧 ¦ R&D計画
"""

REPLIES = r"""
1 佐藤 12/10\n2 高橋 12/10\n3 高橋 12/10\n4 佐藤 2/10 ¦ 1 佐藤 12.10\n2 高橋 12.10\n3 高橋 12.10\n4 佐藤 2.10 ¦ 11月10日
戻す 核心の2項目だけでも記号にできないか、相談したい ¦ パスワードは https://vault.example.com にあります ¦ 1 鈴木 5 小林
パスワードは sato@example.co.jp に聞いてください ¦ ISO 9001:2015、ISO 14001:2015、IATF 16949:2016 ¦ SUS304 1.5t の条件表
図面12345-001、図面12345-002、図面12345-003 ¦ ボルト M6x10、ボルト M8x20、ボルト M10x30 ¦ パスワード：設計サーバ（sv01）
The passwords were changed on 2026-11-10. ¦ 社外には出ていない / どれもない / ずっと ¦ 3.5インチ、5.25インチのフロッピー
192.168.1.10、192.168.1.11、192.168.1.12 ¦ 佐藤さん(sato@example.co.jp)が詳しいです ¦ 2026-11-10、2026-11-12、2026-12-01
Changed 12/10, checked 12/11, sent 12/15 ¦ 秘。新ラインで来年には使わなくなるので ¦ ログ 90日、カメラ 14日、入退室 365日
SUS304-1.5t、SUS304-2.0t、SUS316-1.5t ¦ The password is with sato@example.com ¦ sato@example.com、suzuki@example.com
暗証番号は佐藤さんだけが知っています ¦ 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 ¦ class A drawings; class B drawings; ¦ 1 4 5
パスワードは pw2024.xlsx にあります ¦ 30人で、分けると現場が回らないので ¦ tel 03-1234-5678 fax 03-1234-5679 ¦ 1 / 0 / 1
秘密と分かるもの: パスワード / 鍵 ¦ パスワードはExcelで管理しています ¦ 1-1 加工条件 1-2 金型 1-3 段取り ¦ 1/3、2/3、3/3
Who knows the password? Sato 214 ¦ パスワードは 2026年に変えました ¦ 共有フォルダ 10.設計\\20.金型 ¦ 11/10、11/12、11/15
会議室 3F、倉庫 1F、事務所 2F ¦ a. settings b. dies c. prices ¦ The password is kept by Sato. ¦ JIS B 0401-1、JIS G 4305
マイナンバー、口座番号、病歴 ¦ 佐藤 内線 214、鈴木 内線 215 ¦ パスワードは2026/11/10に変更 ¦ パスワードは1Passwordに保存
工程1、工程2、工程3、工程4 ¦ R8.11.10、R8.12.1、R9.1.15 ¦ パスワード: 佐藤さんが管理 ¦ Ask Suzuki, extension 214. ¦ 90日
パスワードは8文字以上です ¦ Password: yes / mark: no ¦ 設計サーバ 192.168.1.10 ¦ 注文番号 4901-2345-6789 ¦ Excelのマクロ
A4 3枚、B5 2枚、A3 1枚 ¦ 鍵、パスワード、誓約書 ¦ Password: kept by Sato ¦ 3 Suzuki 5 Kobayashi ¦ ────────────────────
パスワード: KeePass ¦ 1234 5678 9012 3456 ¦ パスワード 2026年版 ¦ 1 90\n2 180\n3 365 ¦ ロット 20261110-01 ¦ 5 分からない
Passwords: unknown ¦ 1 4 5\n2 3 6\n7 8 ¦ 口座番号 (給与用) ¦ 2026-11-10 10:30 ¦ 秘密鍵の保管場所 ¦ v1.0、v1.1、v2.0
sato@example.com ¦ パスワード: なし ¦ 令和8年11月10日 ¦ 20261110153000 ¦ 追加 R-7Q4-2M9 ¦ I do not know. ¦ パスワード4件
PINは4桁です ¦ 03-1234-5678 ¦ 4 → 佐藤さん ¦ 123456789012 ¦ 5円玉の図面 ¦ M3 S5の図面 ¦ 2026/11/10 ¦ 分からない ¦ １、４
パスワード ¦ R-7Q4-2M9 ¦ 内線 214 ¦ 2 12月末 ¦ 重さ 3kg ¦ 3,200円 ¦ 😀😀😀 ¦ 1/0/1 ¦ 11/10 ¦ 11.10 ¦ 1,200 ¦ 15MPa ¦ 1,4
7なし ¦ はい
"""

EXPLANATIONS = [
    "加工条件表はP-3ラインで使う紙の表です。佐藤さんが作り、棚に置いています。見るのは3人だけです。鍵は総務が持っています。",
    "110tのプレスで0.8mmの板を打つときの条件をまとめた表です。毎月見直しています。",
    "取引先からは、値引きの代わりに工程を見せてほしいと言われることがあります。断るときは、契約にないことを理由にしています。"
    "前に一度、口頭で伝えてしまったことがありました。それからは、必ず二人で話を聞くようにしています。",
    "This is a paper sheet for line P-3. Sato made it and keeps it on a shelf. Three people see it. We have the key.",
    "A customer asked for know-how in place of a discount. We refused, because the contract does not mention it. "
    "Once we told them orally, and it could not be taken back. Since then two people always attend such meetings.",
    "、".join(
        f"{name}{number}" for number in range(1, 9) for name in ("加工条件表", "金型図面", "見積", "顧客名簿", "原価表")
    ),
    "\n".join(f"{number}. P-{number}ラインの加工条件表" for number in range(1, 41)),
    " ".join(
        f"{number}. {name}" for number, name in enumerate(["加工条件表", "金型の図面", "段取り", "見積の控え"] * 10, 1)
    ),
    ", ".join(
        f"{name} {number}"
        for number in range(1, 11)
        for name in ("settings sheet", "die drawings", "price list", "manual")
    ),
    "\n".join(["材料の仕入れ値", "順送金型の図面", "お客様の名簿", "保全の記録", "試作の結果"] * 8),
]

LET_IN = [*texts_of(NAMES), *texts_of(REPLIES), *EXPLANATIONS, "", "\ufeff\u200b", "\ud800"]


def widen(text: str) -> str:
    """Write every printable ASCII character full-width, as some input methods do."""
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)


@pytest.mark.parametrize(("kind", "text"), CAUGHT)
def test_content_is_caught_and_called_what_it_looks_like(kind: str, text: str) -> None:
    """Rows, code, credentials, personal numbers and long prose are kept out, each by its name."""
    found = inspect(text, LEXICON)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize("text", LET_IN)
def test_a_name_a_reply_and_an_explanation_are_let_in(text: str) -> None:
    """What the product asks for, also long lists of names and a few sentences, is never taken for content."""
    assert inspect(text, LEXICON) is None


@pytest.mark.parametrize(("kind", "text"), CAUGHT)
def test_width_and_invisible_characters_make_no_difference(kind: str, text: str) -> None:
    """Content typed full-width or with invisible characters between is caught the same."""
    for disguised in (widen(text), "\u200b".join(text), "\u00ad".join(text)):
        found = inspect(disguised, LEXICON)
        assert found is not None
        assert found.kind == kind


@pytest.mark.parametrize("text", LET_IN)
def test_a_name_is_let_in_in_any_width(text: str) -> None:
    """Full-width letters alone make no name suspicious."""
    assert inspect(widen(text), LEXICON) is None


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    """At least 80 texts are caught and 120 let in, in both languages."""
    assert len(CAUGHT) >= 80
    assert len(LET_IN) >= 120


# -- numbers -----------------------------------------------------------------------------------------------------------


def my_number(body: str) -> str:
    """Append the check digit of the individual number, written as the ordinance gives it: n counts from the right."""
    total = sum(int(digit) * (n + 1 if n <= 6 else n - 5) for n, digit in zip(range(11, 0, -1), body, strict=True))
    return body + str(0 if total % 11 <= 1 else 11 - total % 11)


def card_number(body: str) -> str:
    for last in string.digits:
        digits = [int(digit) for digit in body + last]
        total = sum(sum(divmod(digit * (2 if place % 2 else 1), 10)) for place, digit in enumerate(reversed(digits)))
        if total % 10 == 0:
            return body + last
    raise AssertionError(body)


@given(body=st.text("0123456789", min_size=11, max_size=11).filter(lambda body: body[:2] not in {"19", "20"}))
def test_twelve_digits_are_an_individual_number_only_with_its_check_digit(body: str) -> None:
    """One last digit of ten makes twelve digits personal; the others leave them a plain number."""
    right = my_number(body)
    for last in string.digits:
        found = inspect(body + last, LEXICON)
        assert (found is not None) == (body + last == right and set(body) != {"0"})


@given(body=st.integers(12, 18).flatmap(lambda size: st.text("123456789", min_size=size, max_size=size)))
def test_thirteen_to_nineteen_digits_are_a_card_only_with_its_check_digit(body: str) -> None:
    """One last digit of ten makes thirteen to nineteen digits a card number."""
    if body[:2] in {"19", "20"}:
        return
    right = card_number(body)
    for last in string.digits:
        assert (inspect(body + last, LEXICON) is not None) == (body + last == right)


# -- what never happens ------------------------------------------------------------------------------------------------

ANYTHING = st.text(st.characters(), max_size=200) | st.lists(
    st.sampled_from([text for _, text in CAUGHT] + LET_IN)
).map("".join)


@settings(max_examples=400, deadline=None)
@given(text=ANYTHING)
def test_no_text_is_too_strange(text: str) -> None:
    """Any string gives a finding or none, never an exception; lone surrogates and NUL included."""
    found = inspect(text, LEXICON)
    assert found is None or (found.characters == len(text) and 0 <= found.lines <= len(text))


@pytest.mark.parametrize(("kind", "text"), CAUGHT)
def test_a_finding_carries_no_piece_of_the_text(kind: str, text: str) -> None:
    """A finding is a kind and two counts, so nothing typed can leave through it."""
    found = inspect(text, LEXICON)
    values = dataclasses.astuple(found) if found else ()
    assert values == (kind, sum(bool(line.strip()) for line in text.splitlines()), len(text))
    assert [field.name for field in dataclasses.fields(Finding)] == ["kind", "lines", "characters"]


PIECES = r"""
a ¦ 1 ¦ 1, ¦ 1,1 ¦ 1.1 ¦ 1- ¦ - ¦ = ¦ == ¦ a= ¦ a@ ¦ a@a ¦ @a. ¦ :// ¦ http:// ¦ eyJ ¦ eyJ. ¦ AKIA ¦ sk- ¦ ー ¦ || ¦ pw=
パスワード ¦ パスワード( ¦ パスワード「 ¦ pw- ¦ api_key= ¦ 口座番号 ¦ 暗証番号は1 ¦ 1234- ¦ SELECT ¦ select ¦ def ¦ if(
function ¦ import ¦ print( ¦ </a ¦ G01X1 ¦ 0.8mm ¦ SPM ¦ ¥1 ¦ 1円、 ¦ x ¦ 1x1 ¦ φ1. ¦ 03- ¦ 〒1 ¦ ﷺ ¦ 😀 ¦ です。 ¦ 。
... ¦ {" ¦ [" ¦ (( ¦ 「 ¦ \n ¦ 1\t1\n ¦ a =\n
"""
SPACED = [
    " ",
    "\t",
    "\u3000",
    "1 ",
    "1.1 ",
    "pw ",
    "SELECT ",
    "a,b ",
    "\u200b",
    "\0",
    "\ud800",
    "\u0315\u0316",
    "ﾞ\u0316",
]


@pytest.mark.parametrize("piece", [*texts_of(PIECES), *SPACED])
def test_the_longest_text_of_any_shape_is_judged(piece: str) -> None:
    """Forty thousand characters of one shape come to an end; a pattern that runs away would meet the time limit."""
    for text in ((piece * 40_000)[:40_000], "a" + (piece * 40_000)[:39_998] + "!", ((piece * 20) + "\n") * 900):
        found = inspect(text, LEXICON)
        assert found is None or found.characters == len(text)


def test_time_grows_no_faster_than_the_text() -> None:
    """Eight times the text may take some eight times as long, not sixty-four, in the worst shapes found."""
    for piece in ("\t", "1.1 ", "pw-", "\u0315\u0316", "1 "):
        short, long = (min(time_of(piece * count) for _ in range(3)) for count in (1_000, 8_000))
        assert long < 40 * max(short, 0.001)


def time_of(text: str) -> float:
    start = time.perf_counter()
    inspect(text, LEXICON)
    return time.perf_counter() - start


def test_a_secret_behind_a_wall_of_blanks_is_found() -> None:
    """Padding does not push a credential out of sight, however long it is."""
    for blank in (" ", "\n", "\u3000", "\u200b", "\t "):
        found = inspect(blank * 200_000 + "パスワード: hibari2024", LEXICON)
        assert found is not None
        assert found.kind == "credential"


# -- the words ---------------------------------------------------------------------------------------------------------


def test_the_words_come_from_the_file() -> None:
    """The file has exactly the lists of the lexicon, each of them words; without words, only shapes are known."""
    assert set(WORDS) == {field.name for field in dataclasses.fields(Lexicon)}
    assert all(isinstance(word, str) and word.strip() == word != "" for words in WORDS.values() for word in words)
    silent = Lexicon(*([()] * len(WORDS)))
    assert inspect("パスワード: hibari2024", silent) is None
    assert inspect("温度 200℃ 圧力 15MPa 時間 12.5秒", silent) is None
    assert inspect("AKIAIOSFODNN7EXAMPLE", silent) == Finding("credential", 1, 20)


@pytest.mark.parametrize("word", WORDS["credential_words"])
def test_each_word_for_a_credential_is_known_with_a_value_and_harmless_alone(word: str) -> None:
    """The name of a credential may be said, also in a list; its value may not."""
    found = inspect(f"{word}: hibari2024", LEXICON)
    assert found is not None
    assert found.kind == "credential"
    assert inspect(f"P-3ライン加工条件表、{word}、{word}の一覧", LEXICON) is None


@pytest.mark.parametrize("word", WORDS["personal_number_words"])
def test_each_word_for_a_personal_number_is_known_with_digits_and_harmless_alone(word: str) -> None:
    """The name of a personal number may be said; six or more digits after it may not."""
    found = inspect(f"{word} 1234567", LEXICON)
    assert found is not None
    assert found.kind == "personal_number"
    assert inspect(f"{word}の一覧", LEXICON) is None


@pytest.mark.parametrize("unit", [*WORDS["units"], *WORDS["currencies"]])
def test_each_unit_makes_a_number_a_measured_figure(unit: str) -> None:
    """Three labelled figures in a unit are a list of values; one is not."""
    found = inspect(f"甲 21{unit} / 乙 32{unit} / 丙 43{unit}", LEXICON)
    assert found is not None
    assert found.kind == "rows"
    assert inspect(f"甲 21{unit}", LEXICON) is None
