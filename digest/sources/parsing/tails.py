"""Tails: what publishing systems put behind a story, in the languages that they speak."""

from __future__ import annotations

import html
import re

_READ_ON = (
    r"continue reading|keep reading|read (?:on|more|further)|read (?:the )?(?:rest|full|whole|entire|complete)\b|"
    r"(?:view|see) (?:the )?(?:full|original|whole|entire) (?:article|post|story|text|entry)|(?:full (?:story|article|text)|more (?:details|info(?:rmation)?))(?=\s*(?:$|[:.…»›→>\])]))|learn more|find out more|click here (?:to|for) (?:read|continue|view|see|the (?:full|original))|"
    r"more(?=\s*(?:$|[.…»›→>]))|weiter ?lesen|(?:jetzt )?mehr (?:lesen|erfahren|dazu|infos?)|zum (?:ganzen |vollständigen )?(?:artikel|beitrag)|(?:den |diesen )?(?:ganzen|vollständigen|kompletten|gesamten) (?:artikel|beitrag|text) lesen|"
    r"lire (?:la )?suite|(?:en )?(?:lire|savoir) (?:plus|davantage)|lire l[’']article|continue[rz]? (?:la|votre) lecture|clique[rz] ici pour (?:lire|continuer|en savoir|voir)|"
    r"le[ea]r más|se(?:guir|guí|gue) leyendo|continu(?:ar|a|e) leyendo|ver más(?=\W*$)|(?:haga|haz|hacer) clic aquí para (?:leer|ver|continuar)|clicca qui per (?:leggere|continuare)|clique aqui (?:para|e) (?:ler|leia|continuar)|leggi (?:tutto|di più|l[’']articolo|ancora)|continua (?:a leggere|la lettura)|"
    r"l(?:eia|er|ê) mais|continu(?:e|ar) (?:lendo|a ler|lectura)|saiba mais|llegiu-ne més|continua llegint|"
    r"lees (?:verder|meer|(?:het|dit|de) (?:hele|volledige|gehele) (?:artikel|bericht|verhaal))|meer lezen|verder lezen|läs (?:mer|vidare|hela (?:artikeln|inlägget|texten|nyheten))|fortsätt (?:att )?läsa|læs (?:mere|videre|hele (?:artiklen|indlægget|historien))|fortsæt læsning|les (?:mer|videre|hele (?:saken|artikkelen|innlegget))|fortsett å lese|"
    r"lue (?:lisää|koko)|jatka lukemista|loe (?:edasi|rohkem)|czytaj (?:dalej|więcej|całość)|czyta[jć] resztę|číst (?:dál|více)|pokračovat ve čtení|celý článek|čítať ďalej|"
    r"читать (?:далее|дальше|полностью)|подробнее|продолжить чтение|читати (?:далі|більше)|прочетете повече|citește (?:mai departe|mai mult|tot)|continuă lectura|"
    r"pročitaj(?:te)? više|nastavi čitati|preberi več|beri dalje|skaityti (?:daugiau|toliau)|lasīt (?:vairāk|tālāk)|tovább olvas\w*|bővebben|olvass tovább|"
    r"devamını oku\w*|daha fazla(?:sı|sını oku)?(?=\W*$)|okumaya devam|διαβάστε (?:περισσότερα|τη συνέχεια)|περισσότερα(?=\W*$)|"
    r"(?:続き|全文)を(?:読む|見る)|詳細(?:を見る|はこちら)|もっと読む|(?:この)?記事(?:の続き)?を読む|阅读(?:全文|更多|原文)|继续阅读|查看(?:更多|全文|原文|详情)|閱讀(?:全文|更多)|繼續閱讀|(?:더|자세히|전문) ?(?:보기|읽기)|계속 ?읽기|"
    r"(?:اقرأ|إقرأ|قراءة) المزيد|متابعة القراءة|أكمل القراءة|ادامه (?:مطلب|خواندن)|بیشتر بخوانید|קרא(?:ו)? עוד|המש(?:ך|יכו) (?:ל)?קר(?:יאה|וא)|"
    r"อ่าน(?:ต่อ|เพิ่มเติม)|đọc (?:tiếp|thêm)|xem thêm|(?:baca )?selengkapnya|lanjutkan membaca|baca lagi|आगे पढ़ें|और पढ़ें"
)
_APPEARED = (
    r"(?:first appeared|appeared first|was (?:first|originally) published|originally appeared) (?:on|in|at)\b|"
    r"erschien zuerst (?:auf|bei|in|im)|(?:est|a été|sont) (?:apparue?s?|d[’']abord apparue?|publiée?|diffusée?) (?:en premier|pour la première fois|d[’']abord)|est d[’']abord apparu|"
    r"(?:se publicó|apareció|aparece|ha aparecido|fue publicad[oa]) (?:primero|por primera vez|primer|originalmente) en|proviene da\b|(?:sembra essere il primo|è apparso per la prima volta) su|"
    r"(?:apareceu|aparece|foi publicado) primeir(?:o|amente) (?:em|n[oa])|verscheen (?:als )?eerste?(?: op| bij)|dök först upp på|publicerades först|"
    r"(?:blev|ble) (?:først|vist først)|dukket først opp|først (?:udgivet|publisert|vist) på|(?:julkaistiin|ilmestyi) ensi|pochodzi z (?:serwisu|witryny)|"
    r"pojawił się (?:po ?raz )?pierwszy|(?:se )?(?:nejdříve|nejprve) (?:objevil|publikov)|pochází z|zobrazený najskôr|(?:впервые|сначала) (?:появил|опубликован)|появил\w+ сначала|"
    r"спершу з[’'ʼ]явився|се появи първо|apare (?:prima|mai întâi)|először .{0,40}(?:jelent meg|megjelent)|pojavi\w+ se prv|se pojavi\w+ prv|prvi puta se pojavi|"
    r"ilk (?:önce|olarak) .{0,80}(?:ortaya çıktı|yayınlan|üzerinde)|εμφανίστηκε πρώτα|に最初に(?:表示|投稿|掲載|公開)|最先出现在|最早(?:發佈|发布)於?|처음 (?:등장|게시)|(?:ظهرت?|نشرت?) (?:.{0,120})?أولا|هופיע לראשונה|הופיע לראשונה|"
    r"اولین بار در|xuất hiện (?:đầu tiên|trước)|pertama kali (?:tampil|muncul)|(?:tampil|muncul) pertama kali|ditampilkan lebih awal|ha aparegut primer|pirmiausia pasirodė|originally published (?:at|on|in|by)|"
    r"\b(?:syndicated|republished|reposted|cross-?posted) (?:from|on|at|to|with (?:the )?permission)\b|^(?:the|this) (?:post|article|story|entry) .{0,200}\bfirst seen (?:on|in|at)"
)
# within a verbose expression, where a blank is none
_ON, _FIRST = (words.replace(" ", r"\ ") for words in (_READ_ON, _APPEARED))
# lines that stand by themselves and are the site's
_LINES = re.compile(
    rf"""(?:
    (?:[\[(]?\s*)(?:{_ON})(?:[^.!?。]|\.(?=\w)){{0,120}}?[\])…»›→>.\s]*
    |(?:please\ )?(?:share|tweet|pin|print|e-?mail|save)\ (?:this|on|via)\b.{{0,80}}|like\ this:?(?:\ .{{0,20}})?
    |(?:share|tweet|print|e-?mail)[:.]?(?:[:\s|/·•,]+(?:share|tweet|pin|like|e-?mail|print|save|more|on|facebook|twitter|x|linkedin|whatsapp|reddit|telegram|pinterest|mastodon|bluesky|pocket))*[:\s|/·•,]*
    |sharing\ is\ caring.{{0,40}}|click\ to\ (?:share|email|print).{{0,120}}|like\ loading.{{0,10}}
    |(?:(?:facebook|twitter|linkedin|whatsapp|reddit|telegram|pinterest|mastodon|bluesky|e-?mail)(?:[\s|/·•,]+|$)){{2,}}
    |(?:jetzt\ )?(?:(?:diesen\ )?(?:beitrag|artikel)\ )?(?:teilen|weitersagen)(?:(?:\ (?:auf|mit|bei|via)\b|\s*[:|]).{{0,60}})?|partage[rz]\b.{{0,60}}|compart(?:ir|e|ilhe|ilhar)\b.{{0,60}}|condividi\b.{{0,60}}|deel\ (?:dit|op|deze)\b.{{0,60}}|dela\ (?:på|med)\b.{{0,60}}|поделиться.{{0,60}}|udostępnij.{{0,60}}|シェア.{{0,20}}|分享.{{0,20}}
    |(?:if\ you\ )?(?:did\ you\ )?(?:like|liked|enjoy|enjoyed|found)\ (?:reading\ )?(?:this|the|that)\ (?:article|post|story|blog|piece)\b.{{0,200}}
    |(?:hat|gefällt|gefiel)\ (?:ihnen|dir|euch)\ (?:der|dieser|dieses)\ (?:artikel|beitrag|text)\b.{{0,160}}|(?:vous\ avez\ aimé|cet\ article\ vous\ a\ plu|si\ cet\ article).{{0,160}}
    |[¿]?(?:si\ )?te\ (?:ha\ gustado|gustó)\ .{{0,160}}|(?:se\ )?ti\ è\ piaciuto\ .{{0,160}}|vond\ (?:je|u)\ dit\ .{{0,120}}
    |(?:was\ this|has\ this|did\ (?:someone|a\ friend)).{{0,40}}\bforward.{{0,140}}|sent\ from\ my\ \w+.{{0,20}}|von\ meinem\ \w+\ gesendet
    |(?:get|receive)\ .{{0,80}}(?:\bnewsletter\b|\bin(?:to)?\ your\ (?:inbox|mailbox)).{{0,80}}|[^.?!]{{0,60}}\bnewsletter\ (?:abonnieren|bestellen|anmelden)[.!]?
    |subscribe(?:\ now|\ here|\ today)?
    |(?:abonnieren\ sie|abonniere|melden\ sie\ sich|inscrivez-vous|recevez|reciba|recibe|ricevi|receba|ontvang|få|meld\ je\ aan)\b.{{0,80}}(?:newsletter|infolettre|bolet[ií]n|nieuwsbrief|nyhetsbrev)\b.{{0,60}}|[^.?!]{{0,60}}\bnewsletter\s*[!:]
    |(?=.{{0,200}}\b(?:java\ ?script|flash\ player|html5)\b)(?=.{{0,200}}\b(?:enabl|activat|turned\ on|disabl|support|upgrad|aktivier|eingeschaltet|activer|activez|activa|abilita|habilit))(?:to\ (?:view|watch|see|use|play)|please|enable|you\ (?:need|must|have)|your\ browser|this\ (?:site|page|video|content)|javascript|bitte|um\ |zum\ |veuillez|activez|pour\ |por\ favor|para\ |activa|abilita|per\ ).{{0,240}}
    |(?:loading|wird\ geladen|chargement|cargando|please\ wait)\b[^.!?…]{{0,40}}(?:…|\.\.\.)|\(?visited\ [\d,.]+\ times?.{{0,40}}
    |(?:read|open|view)\ (?:this\ )?(?:e-?mail\ )?in\ (?:the\ |your\ )?(?:app|browser)|get\ the\ app
    |(?:estimated\ )?read(?:ing)?\ time\b.{{0,30}}|\d+\ min(?:ute)?s?\ (?:read|de\ lecture|lesezeit)|(?:lesezeit|lesedauer|temps\ de\ lecture|tiempo\ de\ lectura|tempo\ (?:di\ lettura|de\ leitura)|leestijd|czas\ czytania)\b.{{0,30}}
    |(?:source|quelle|fuente|fonte|bron|källa|kilde|lähde|źródło|zdroj|источник|джерело|kaynak|πηγή|出典|来源|來源|출처|المصدر)\s*[:：]\s*[^.!?]{{1,60}}
    |thanks\ for\ reading\b.{{0,160}}|this\ post\ is\ public\ so\ feel\ free\ to\ share.{{0,20}}
    |(?:(?:jetzt\ )?(?:unseren\ )?newsletter\ (?:abonnieren|bestellen)|abonne[rz](?:-vous)?\b|s[’']abonner\b|suscr[ií]b\w+\b|iscriviti\b|inscreva-se\b|abonneer\b|prenumerera\b|zapisz\ się\b|подпи(?:саться|шитесь|сывайтесь)\b).{{0,120}}
    |follow\ @\w+.{{0,80}}|(?:follow|find|like|support)\ (?:us|me)\ on\b.{{0,120}}|(?:folgen\ sie\ uns|suivez-nous|síguenos|seguici|siga-nos|volg\ ons|följ\ oss)\b.{{0,100}}
    |(?:leave|post|write|add)\ a\ (?:comment|reply).{{0,60}}|(?:permalink[\s|/·•]+)?(?:\d+\ )?comments?:?(?:\ \(?\d+\)?)?|(?:view|watch|see|listen)\ (?:this\ post\ )?on\ (?:instagram|youtube|facebook|twitter|tiktok|threads|mastodon|spotify|flickr|vimeo|x)|original\ (?:article|post|source|story)\s*:.{{0,200}}|no\ comments(?:\ yet)?|(?:(?:comments?|trackbacks?|permalink|print|share)(?:\s*[|·/•]\s*|$)){{2,}}|(?:view|read|see)\ (?:all\ )?(?:the\ )?comments.{{0,40}}|reply\ (?:via|by)\ e-?mail.{{0,40}}|(?:\d+\ )?(?:kommentare?|commentaires?|comentarios?|commenti|reacties)
    |(?:related|recommended|similar)(?:\ (?:posts?|stories|articles?|content|reading|news|links?|topics?))?:.{{0,400}}|(?:related|recommended|similar)\ (?:posts?|stories|articles?|content|reading|news|links?)
    |(?:you\ (?:may|might)\ also\ (?:like|enjoy)|see\ also|read\ (?:also|next)|also\ read|more\ (?:from|on|stories)|next\ up|don[’']t\ miss):.{{0,300}}|(?:you\ (?:may|might)\ also\ (?:like|enjoy)|read\ next).{{0,20}}
    |(?:lesen\ sie\ auch|siehe\ auch|mehr\ zum\ thema|auch\ interessant|(?:à\ )?lire\ (?:aussi|également)|voir\ aussi|lea\ también|te\ puede\ interesar|leggi\ anche|leia\ também|veja\ também|lees\ ook|läs\ (?:också|även)|læs\ også|les\ også|lue\ myös|czytaj\ (?:też|także)|zobacz\ (?:też|także)|čtěte\ také|читайте\ также|читайте\ також|関連記事|相关阅读|延伸閱讀|اقرأ\ (?:أيضا|أيضاً))\s*:?.{{0,300}}
    |(?:this\ (?:entry|post)\ was\ )?(?:posted|filed)\ (?:in|on|under|by)\ .{{0,200}}\b(?:tagged|bookmark|permalink)\b.{{0,200}}|posted\ (?:by|on)\ (?=.*\d)[^.!?]{{1,120}}
    |(?:filed\ (?:under|in)|posted\ (?:in|on|by)|tagged(?:\ (?:with|as))?|tags?|categor(?:y|ies)|topics|labels|kategorien?|schlagw[öo]rter|étiquettes|catégories?|etiquetas|categorías)\s*:.{{0,300}}
    |(?:(?:featured|header|cover|lead|banner)\ )?(?:photo(?:graph)?|image|picture|foto|bild|abbildung|crédits?|imagen|immagine|illustration|kuva|фото|写真)s?(?:\ (?:credits?|courtesy|by|nachweis|quelle|source|via))+\b[^.!?]{{0,120}}\.?|(?:foto|bild|photo|fotos|photos|crédit\ photo|photo\ credit|image\ credit|bildquelle|bildnachweis)\s*[:©].{{0,140}}|©.{{0,120}}
    |[(\[](?:photo|image|picture|foto|bild|illustration|crédit|imagen|immagine)(?:graph)?s?\b[^()]{{0,120}}[)\]]\.?|(?:image|picture|illustration|imagen|immagine|afbeelding|beeld|grafik|video)\s*:[^.!?]{{1,80}}
    |advertisement|sponsored(?:\ content)?|anzeige|publicité|publicidad|werbung|\[ad_\d\]|permalink|trackback.{{0,40}}|back\ to\ top
    |(?:via|h/t|hat\ tip)\b\s*:?\s+[^.!?]{{1,60}}|submitted\ by\s.{{0,60}}\[comments\]|\[link\]\s*\[comments\]|(?:article|comments)\ url:.{{0,300}}|points:\ \d+|\#\ comments:\ \d+
    |(?:this\ (?:article|post|story|entry)|it)\ (?:first|originally)\ appeared\b.{{0,200}}
    |(?:discuss|comment|vote)\ (?:this\ (?:(?:article|post|story)\ )?)?(?:on|in|at)\ (?:the\ |our\ )?(?:forums?|community|hacker\ news|reddit|lobste\.?rs|mastodon|hn|twitter)\b.{{0,80}}
    )""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
# those that may begin with anything: looked for only where one of their own words stands
_ANYWHERE = re.compile(
    rf".{{0,400}}(?:{_APPEARED}|\bwas originally published in\b).{{0,200}}"
    r"|.{0,60}\b(?:subscribe|sign up|register|join)\b.{0,60}\b(?:newsletter|mailing list|e-?mail|updates?|posts?|podcast|channel|feed|rss)\b.{0,80}"
    r"|.{0,60}\bis a reader-supported publication\b.{0,160}",
    re.IGNORECASE | re.DOTALL,
)
_MACHINE = re.compile(rf"{_APPEARED}|^submitted by |\[comments\]$|^article url:", re.IGNORECASE)
_HINTS = (
    "first", "publish", "original", "zuerst", "premi", "abord", "pour la", "primer", "primeir", "por primera", "proviene", "primo",
    "prima", "eerst", "först", "først", "vist", "ensi", "pochodzi", "pierwsz", "nejd", "nejpr", "pochází", "najsk", "вперв",
    "появил", "спершу", "първо", "întâi", "először", "prv", "ilk ", "πρώτα", "最初", "最先", "最早", "처음", "أول", "ראשונ",
    "اولین", "đầu tiên", "trước", "pertama", "lebih awal", "pirm", "subscri", "sign up", "register", "join", "reader-supported",
    "syndicated", "republished", "reposted", "posted ",
)  # fmt: skip
_ARROWS = r"[\s→»›>⟶➔➞▸…⇒\])\"”]*"
_ENDING = re.compile(
    rf"(?:^|(?<=[.!?…。！？।؟\])\"”’»>])|\s*(?:…|\.\.\.|\[(?:…|\.\.\.)\]))\s*[\[(]?\s*(?:{_READ_ON})(?P<more>[^.!?。]{{0,120}}?)(?:\.\.\.|…)?{_ARROWS}$",
    re.IGNORECASE,
)
# what hosts of podcasts put behind every episode
_HOSTED = re.compile(
    r"(?:(?:^|\s+)(?:see (?:omnystudio|acast|art19|pcm\.adswizz)\S* for (?:privacy|more) [^.]{0,60}\.?|hosted on acast\.|"
    r"learn more about your ad choices\.(?: visit \S+)?|our gdpr privacy policy was updated[^.]{0,80}\.[^.]{0,80}\.?|"
    r"(?:support|follow|subscribe to) (?:this|the) (?:podcast|show)\b[^.]{0,80}(?:\S+\.\S+)?|"
    r"see privacy policy at \S+(?: and [^.]{0,60}at \S+)?))+\s*$",
    re.IGNORECASE,
)
_DANGLING = re.compile(r"\s*(?:[\[(]\s*(?:…|\.\.\.|&hellip;)\s*[\])]|…|\.\.\.)\s*[→»›>]*$")
_BROKEN = re.compile(r"\s*(?:…|\.\.\.|\[(?:…|\.\.\.)\])\s*\S")
_VIDEO = re.compile(
    r"^\s*(?:[-•▶►*]?\s*[(\[]?\d{1,2}:\d{2}(?::\d{2})?[)\]]?\s*[-–—:]?\s+\S|(?:https?://\S+\s*)+$|[^.!?]{0,100}\s\(?https?://\S+\s*$|(?:timestamps|chapters|kapitel|links?|follow)\s*:?\s*$)",
    re.IGNORECASE,
)
_STAMPS = re.compile(
    r"\s*(?:https?://\S+\s+)?\b\d{1,2}:\d{2}(?::\d{2})?\s+[-–—]?\s*[^\W\d_].*$", re.DOTALL
)
_LISTING = re.compile(
    r"^(?:[^.!?:]{0,40}:\s*)?(?:[-•▶►*(\[\s]*0?0:00(?::00)?\b.*|(?:https?://\S+[\s,|]*)+)$",
    re.DOTALL,
)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)(?:\s[a-z]+=\"[^\"]*\")*\s*/?>")
_EMPTY = re.compile(r"<(p|li|ul|ol|div|a|span|em|strong|h[1-6])(?: [^<>]*)?>\s*</\1>")
_VOID = frozenset({"br", "hr", "img"})
_FEW_WORDS = 12
_SYMBOLS = " \t-=→➡\ufe0f⟶»›*~•·|–—_👉⬇🔗"
_END_OF_LINE = 240
_MARKS = frozenset("….])→»›> ")
_NOTHING = "\u200b\ufeff"
_LONGEST_LINE = 420
_LONGEST_END = 20_000
_WHOLE = re.compile(r"[.!?。！？।؟][\"”’')\]»]*$")


def without_tails(text: str, title: str | None = None) -> str:
    """Return a text's paragraphs without the lines that a publishing system put behind them.

    A last paragraph that names the story's own title among few other words is one in any language.
    A text that breaks off ends with an ellipsis, however its system marks that.
    """
    kept = text.split("\n\n")
    if (
        "podcast" in kept[-1].lower()
        or "privacy" in kept[-1].lower()
        or "ad choices" in kept[-1].lower()
    ):
        kept[-1] = _HOSTED.sub("", kept[-1]) if len(kept[-1]) < _LONGEST_END else kept[-1]
    while kept and _is_tail(kept[-1], title, alone=len(kept) == 1):
        kept.pop()
    if kept and len(kept[-1]) < _LONGEST_END:
        last = kept[-1]
        closing = last[-_END_OF_LINE:]
        end = _ENDING.search(closing)
        shown = last[: len(last) - len(closing) + end.start()] if end else last
        marked = shown[-1:] in _MARKS
        broken = (marked and _DANGLING.search(shown)) or (end and _BROKEN.match(end[0]))
        if end or broken:
            whole = _DANGLING.sub("", shown).rstrip()
            kept[-1] = f"{whole}…" if broken and whole and not _WHOLE.search(whole) else whole
    return "\n\n".join(p for p in kept if p)


def is_furniture(line: str) -> bool:
    """Tell whether a line by itself is a publishing system's: a share line, a credit, "read more"."""
    if len(line) >= _LONGEST_LINE:
        return False
    line = line.strip(_SYMBOLS)
    if not line:
        return True  # "* * *"
    low = line.lower()
    if any(hint in low for hint in _HINTS) and _ANYWHERE.fullmatch(line):
        return True
    return _LINES.fullmatch(line) is not None


def is_listing(line: str) -> bool:
    """Tell whether a paragraph only lists a recording's chapters from 0:00 on, or addresses."""
    return _LISTING.match(line) is not None


def without_chapters(text: str) -> str:
    """Return a video's description without its timestamps and lists of links."""
    kept: list[str] = []
    for line in text.splitlines():
        if _VIDEO.match(line[:_LONGEST_LINE]):
            # what stands before the story's own words is passed over, what follows them ends it
            if any(k.strip() for k in kept):
                break
            continue
        kept.append(_STAMPS.sub("", line) if "://" in line[:_LONGEST_LINE] else line)
    return "\n".join(kept).strip() or text


def cut_after(safe: str, text: str) -> str:
    """Cut cleaned HTML behind the words of a text that it begins with; what is open is closed."""
    broken = text.endswith("…")
    letters = _solid(text.removesuffix("…"))
    parts: list[str] = []
    open_tags: list[str] = []
    at, left, done = 0, letters, False
    for tag in (*_TAG.finditer(safe), None):
        words = safe[at : tag.start() if tag else len(safe)]
        if not done:
            shown = html.unescape(words)
            if (solid := _solid(shown)) <= left:
                parts.append(words)
                left -= solid
            else:
                first = _first(shown, left) + "…" * broken
                parts.append(html.escape(first, quote=False))
                done = True
        if tag is None:
            break
        at = tag.end()
        if tag[2] in _VOID:
            parts.append("" if done else tag[0])
        elif not tag[1]:
            open_tags.append("" if done else tag[2])
            parts.append("" if done else tag[0])
        elif open_tags and open_tags.pop():
            parts.append(tag[0])
    cut = "".join(parts)
    while (emptied := _EMPTY.sub("", cut)) != cut:
        cut = emptied
    return cut


def _solid(text: str) -> int:
    return sum(not c.isspace() and c not in _NOTHING for c in text)


def _first(text: str, letters: int) -> str:
    """Return the beginning of a text that holds so many characters other than blanks."""
    seen = 0
    for at, character in enumerate(text):
        seen += not character.isspace() and character not in _NOTHING
        if seen > letters:
            return text[:at].rstrip()
    return text


def _is_tail(paragraph: str, title: str | None, *, alone: bool) -> bool:
    line = " ".join(paragraph.split())
    if is_furniture(line):
        # a text that is nothing else was written by a person
        return not alone or _ENDING.fullmatch(line) is not None or _MACHINE.search(line) is not None
    if not title or alone or len(title) < 8 or title not in line:  # noqa: PLR2004 - short titles stand anywhere
        return False
    others = line.replace(title, "", 1).split()
    return 0 < len(others) <= _FEW_WORDS and not line.startswith(title)
