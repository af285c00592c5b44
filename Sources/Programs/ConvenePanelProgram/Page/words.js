// Every word of the page, in the languages of the room's screen and in its words.

const order = ["en", "de", "fr", "es", "zh", "ar"];

export const languages = {
  en: "English", de: "Deutsch", fr: "Français", es: "Español", zh: "中文", ar: "العربية",
};

const table = {
  home: ["Home", "Start", "Accueil", "Inicio", "主页", "الرئيسية"],
  contacts: ["Contacts", "Kontakte", "Contacts", "Contactos", "联系人", "جهات الاتصال"],
  recents: ["Recents", "Anrufliste", "Récents", "Recientes", "最近通话", "المكالمات"],
  keypad: ["Keypad", "Tasten", "Clavier", "Teclado", "拨号键盘", "لوحة المفاتيح"],
  settings: ["Settings", "Einstellungen", "Réglages", "Ajustes", "设置", "الإعدادات"],
  inCall: ["In call", "Im Anruf", "En appel", "En llamada", "通话中", "في مكالمة"],
  navigation: ["Pages", "Seiten", "Pages", "Páginas", "页面", "الصفحات"],
  call: ["Call", "Anrufen", "Appeler", "Llamar", "呼叫", "اتصال"],
  callSomebody: ["Call {name}", "{name} anrufen", "Appeler {name}", "Llamar a {name}", "呼叫 {name}", "اتصال بـ {name}"],
  reach: ["Call this room", "Diesen Raum anrufen", "Appeler cette salle", "Para llamarnos", "呼叫本会议室", "للاتصال بهذه القاعة"],
  dialPrompt: ["Name or address", "Name oder Adresse", "Nom ou adresse", "Nombre o dirección", "姓名或地址", "اسم أو عنوان"],
  searchContacts: ["Search contacts", "Kontakte suchen", "Chercher un contact", "Buscar contactos", "搜索联系人", "البحث في جهات الاتصال"],
  favourites: ["Favourites", "Favoriten", "Favoris", "Favoritos", "收藏", "المفضلة"],
  everyone: ["Everyone", "Alle", "Tous", "Todos", "全部", "الكل"],
  noMatch: ["Nobody of that name.", "Niemand heißt so.", "Personne de ce nom.", "Nadie con ese nombre.", "没有找到此人。", "لا أحد بهذا الاسم."],
  noFavourites: ["No favourites yet. Touch a star in Contacts.", "Noch keine Favoriten. Tippen Sie in den Kontakten auf einen Stern.", "Pas encore de favoris. Touchez une étoile dans les contacts.", "Aún no hay favoritos. Toque una estrella en Contactos.", "还没有收藏。在联系人中点星标。", "لا توجد مفضلة بعد. المس نجمة في جهات الاتصال."],
  noRecents: ["No calls yet.", "Noch keine Anrufe.", "Pas encore d’appels.", "Aún no hay llamadas.", "还没有通话记录。", "لا توجد مكالمات بعد."],
  noContacts: ["Nobody is in the directory yet.", "Das Verzeichnis ist noch leer.", "L’annuaire est encore vide.", "El directorio aún está vacío.", "通讯录还是空的。", "الدليل فارغ بعد."],
  noDirectory: ["This room has no directory. Call an address with the keypad.", "Dieser Raum hat kein Verzeichnis. Rufen Sie mit „Tasten“ eine Adresse an.", "Cette salle n’a pas d’annuaire. Appelez une adresse avec le clavier.", "Esta sala no tiene directorio. Llame a una dirección con el teclado.", "本会议室没有通讯录。请用拨号键盘呼叫地址。", "لا يوجد دليل لهذه القاعة. اتصل بعنوان من لوحة المفاتيح."],
  addFavourite: ["Make {name} a favourite", "{name} zu den Favoriten", "Ajouter {name} aux favoris", "Añadir {name} a favoritos", "收藏 {name}", "إضافة {name} إلى المفضلة"],
  dropFavourite: ["{name} is a favourite; remove", "{name} aus den Favoriten", "Retirer {name} des favoris", "Quitar {name} de favoritos", "取消收藏 {name}", "إزالة {name} من المفضلة"],
  missed: ["Missed", "Verpasst", "Manqué", "Perdida", "未接", "فائتة"],
  missedCalls: ["Missed calls: {count}", "Verpasste Anrufe: {count}", "Appels manqués : {count}", "Llamadas perdidas: {count}", "未接来电：{count}", "مكالمات فائتة: {count}"],
  incomingWas: ["Incoming", "Eingehend", "Entrant", "Entrante", "呼入", "واردة"],
  outgoingWas: ["Outgoing", "Ausgehend", "Sortant", "Saliente", "呼出", "صادرة"],
  notReached: ["Not reached", "Nicht erreicht", "Sans réponse", "Sin respuesta", "未接通", "لم يتم الرد"],
  calling: ["Calling", "Anruf läuft", "Appel en cours", "Llamando", "正在呼叫", "جارٍ الاتصال"],
  ringing: ["Ringing", "Es klingelt", "Ça sonne", "Sonando", "对方响铃中", "يرن الآن"],
  incomingCall: ["Incoming call", "Eingehender Anruf", "Appel entrant", "Llamada entrante", "来电", "مكالمة واردة"],
  answer: ["Answer", "Annehmen", "Répondre", "Responder", "接听", "رد"],
  decline: ["Decline", "Ablehnen", "Refuser", "Rechazar", "拒绝", "رفض"],
  cancel: ["Cancel", "Abbrechen", "Annuler", "Cancelar", "取消", "إلغاء"],
  close: ["Close", "Schließen", "Fermer", "Cerrar", "关闭", "إغلاق"],
  onHold: ["On hold", "Gehalten", "En attente", "En espera", "通话保持中", "قيد الانتظار"],
  heldByOther: ["The other side holds the call", "Die Gegenseite hält den Anruf", "L’autre salle vous a mis en attente", "La otra sala retiene la llamada", "对方已保持通话", "الطرف الآخر علّق المكالمة"],
  mute: ["Mute", "Ton aus", "Couper le son", "Silenciar", "静音", "كتم الصوت"],
  unmute: ["Unmute", "Ton an", "Micro actif", "Abrir micro", "取消静音", "إلغاء الكتم"],
  cameraOff: ["Camera off", "Kamera aus", "Couper caméra", "Apagar cámara", "关闭摄像头", "إيقاف الكاميرا"],
  cameraOn: ["Camera on", "Kamera an", "Activer caméra", "Abrir cámara", "打开摄像头", "تشغيل الكاميرا"],
  camera: ["Camera", "Kamera", "Caméra", "Cámara", "摄像头", "الكاميرا"],
  layout: ["Layout", "Anordnung", "Disposition", "Disposición", "布局", "التخطيط"],
  selfViewShow: ["Self view", "Eigenbild", "Mon image", "Mi imagen", "本地画面", "صورتي"],
  selfViewHide: ["Hide self view", "Kein Eigenbild", "Cacher image", "Ocultarme", "隐藏本地画面", "إخفاء صورتي"],
  picture: ["Picture", "Bild", "Image", "Imagen", "画面", "الصورة"],
  volume: ["Volume", "Lautstärke", "Volume", "Volumen", "音量", "مستوى الصوت"],
  louder: ["Louder", "Lauter", "Plus fort", "Más alto", "调高音量", "أعلى"],
  softer: ["Softer", "Leiser", "Moins fort", "Más bajo", "调低音量", "أخفض"],
  hold: ["Hold", "Halten", "Attente", "Retener", "保持", "تعليق"],
  resume: ["Resume", "Fortsetzen", "Reprendre", "Reanudar", "恢复", "استئناف"],
  hangUp: ["Hang up", "Auflegen", "Raccrocher", "Colgar", "挂断", "إنهاء"],
  tones: ["Tones sent", "Gesendete Töne", "Tonalités envoyées", "Tonos enviados", "已发送按键", "النغمات المرسلة"],
  layout_remote: ["Others full", "Andere ganz", "Autres en grand", "Otros en grande", "对方全屏", "الآخرون بملء الشاشة"],
  layout_picture_in_picture: ["Self in corner", "Ich in der Ecke", "Moi en coin", "Yo en la esquina", "本地小窗", "صورتي في الزاوية"],
  layout_side_by_side: ["Side by side", "Nebeneinander", "Côte à côte", "Lado a lado", "并排", "جنبًا إلى جنب"],
  layout_grid: ["Grid", "Raster", "Mosaïque", "Cuadrícula", "宫格", "شبكة"],
  layout_local: ["Self full", "Nur ich", "Moi en grand", "Yo en grande", "本地全屏", "صورتي بملء الشاشة"],
  doNotDisturb: ["Do not disturb", "Nicht stören", "Ne pas déranger", "No molestar", "请勿打扰", "عدم الإزعاج"],
  standby: ["Standby", "Ruhezustand", "Veille", "Reposo", "待机", "استعداد"],
  wake: ["Wake", "Aufwecken", "Réveiller", "Despertar", "唤醒", "تنبيه"],
  muted: ["Microphone off", "Mikrofon aus", "Micro coupé", "Micrófono apagado", "麦克风已关闭", "الميكروفون مغلق"],
  roomScreen: ["The room's screen", "Der Bildschirm des Raums", "L’écran de la salle", "La pantalla de la sala", "会议室显示屏", "شاشة القاعة"],
  noPicture: ["The screen shows nothing now.", "Der Bildschirm zeigt gerade nichts.", "L’écran n’affiche rien.", "La pantalla no muestra nada.", "显示屏目前没有画面。", "لا تعرض الشاشة شيئًا الآن."],
  tiltUp: ["Camera up", "Kamera nach oben", "Caméra vers le haut", "Cámara arriba", "镜头向上", "الكاميرا لأعلى"],
  tiltDown: ["Camera down", "Kamera nach unten", "Caméra vers le bas", "Cámara abajo", "镜头向下", "الكاميرا لأسفل"],
  panLeft: ["Camera left", "Kamera nach links", "Caméra à gauche", "Cámara a la izquierda", "镜头向左", "الكاميرا يسارًا"],
  panRight: ["Camera right", "Kamera nach rechts", "Caméra à droite", "Cámara a la derecha", "镜头向右", "الكاميرا يمينًا"],
  zoomIn: ["Zoom in", "Näher", "Zoom avant", "Acercar", "放大", "تقريب"],
  zoomOut: ["Zoom out", "Weiter", "Zoom arrière", "Alejar", "缩小", "تبعيد"],
  centre: ["Centre", "Mitte", "Centrer", "Centrar", "居中", "توسيط"],
  presets: ["Positions", "Positionen", "Positions", "Posiciones", "预置位", "المواضع"],
  storePreset: ["Keep position {name}", "Position {name} merken", "Garder la position {name}", "Guardar la posición {name}", "保存位置 {name}", "حفظ الموضع {name}"],
  recallPreset: ["Go to position {name}", "Zu Position {name}", "Aller à la position {name}", "Ir a la posición {name}", "转到位置 {name}", "الانتقال إلى الموضع {name}"],
  keepPosition: ["Keep this position", "Position merken", "Garder la position", "Guardar posición", "保存当前位置", "حفظ هذا الموضع"],
  noCameraMoves: ["This camera cannot be moved from here.", "Diese Kamera lässt sich von hier nicht bewegen.", "Cette caméra ne peut pas être orientée d’ici.", "Esta cámara no se puede mover desde aquí.", "此摄像头无法在此转动。", "لا يمكن تحريك هذه الكاميرا من هنا."],
  delete: ["Delete the last digit", "Letzte Ziffer löschen", "Effacer le dernier chiffre", "Borrar la última cifra", "删除最后一位", "حذف الرقم الأخير"],
  pairTitle: ["Pair this panel", "Dieses Panel koppeln", "Associer ce panneau", "Vincular este panel", "配对此面板", "إقران هذه اللوحة"],
  pairHelp: ["Show a code on the room's screen and type it here.", "Zeigen Sie am Bildschirm des Raums einen Code und tippen Sie ihn hier ein.", "Affichez un code sur l’écran de la salle et saisissez-le ici.", "Muestre un código en la pantalla de la sala y escríbalo aquí.", "在会议室显示屏上显示代码，并在此输入。", "اعرض رمزًا على شاشة القاعة واكتبه هنا."],
  pairShow: ["Show the code", "Code zeigen", "Afficher le code", "Mostrar el código", "显示代码", "عرض الرمز"],
  pairShown: ["The screen shows the code for {seconds} seconds.", "Der Bildschirm zeigt den Code {seconds} Sekunden lang.", "L’écran affiche le code pendant {seconds} secondes.", "La pantalla muestra el código durante {seconds} segundos.", "显示屏将显示代码 {seconds} 秒。", "تعرض الشاشة الرمز لمدة {seconds} ثانية."],
  code: ["Code", "Code", "Code", "Código", "代码", "الرمز"],
  pair: ["Pair", "Koppeln", "Associer", "Vincular", "配对", "إقران"],
  wrongCode: ["That is not the code.", "Das ist nicht der Code.", "Ce n’est pas le code.", "Ese no es el código.", "代码不正确。", "هذا ليس الرمز الصحيح."],
  codeOver: ["That code holds no more. Show a new one.", "Der Code gilt nicht mehr. Zeigen Sie einen neuen.", "Ce code n’est plus valable. Affichez-en un autre.", "Ese código ya no vale. Muestre otro.", "代码已失效，请重新显示。", "لم يعد الرمز صالحًا. اعرض رمزًا جديدًا."],
  wait: ["Too many tries. Try again in {seconds} seconds.", "Zu viele Versuche. In {seconds} Sekunden wieder.", "Trop d’essais. Réessayez dans {seconds} secondes.", "Demasiados intentos. Pruebe en {seconds} segundos.", "尝试次数过多，请在 {seconds} 秒后重试。", "محاولات كثيرة. حاول بعد {seconds} ثانية."],
  fingerprint: ["Certificate fingerprint", "Fingerabdruck des Zertifikats", "Empreinte du certificat", "Huella del certificado", "证书指纹", "بصمة الشهادة"],
  linkLost: ["Connection to the panel lost. It comes back by itself.", "Verbindung zum Panel verloren. Sie kommt von selbst wieder.", "Connexion au panneau perdue. Elle revient d’elle-même.", "Se perdió la conexión con el panel. Vuelve por sí sola.", "与面板的连接已断开，将自动恢复。", "انقطع الاتصال باللوحة. سيعود تلقائيًا."],
  linkLostInCall: ["Connection lost. The call goes on in the room; the controls come back by themselves.", "Verbindung verloren. Der Anruf geht im Raum weiter; die Tasten kommen von selbst wieder.", "Connexion perdue. L’appel continue dans la salle ; les commandes reviennent d’elles-mêmes.", "Conexión perdida. La llamada sigue en la sala; los controles vuelven por sí solos.", "连接已断开。会议室中的通话继续；控制将自动恢复。", "انقطع الاتصال. تستمر المكالمة في القاعة وتعود الأزرار تلقائيًا."],
  roomSilent: ["The room does not answer. It is tried again by itself.", "Der Raum antwortet nicht. Es wird von selbst wieder versucht.", "La salle ne répond pas. Nouvel essai automatique.", "La sala no responde. Se vuelve a intentar sola.", "会议室没有响应，将自动重试。", "القاعة لا تستجيب. تُعاد المحاولة تلقائيًا."],
  connecting: ["Connecting…", "Verbinden…", "Connexion…", "Conectando…", "正在连接…", "جارٍ الاتصال…"],
  failed: ["That did not work.", "Das hat nicht geklappt.", "Cela n’a pas marché.", "No funcionó.", "操作未成功。", "لم ينجح ذلك."],
  pin: ["PIN", "PIN", "Code PIN", "PIN", "PIN 码", "الرقم السري"],
  pinHelp: ["Settings of the room are behind the admin's PIN.", "Die Einstellungen des Raums liegen hinter der PIN.", "Les réglages de la salle sont protégés par le code PIN.", "Los ajustes de la sala están tras el PIN.", "会议室设置受管理员 PIN 码保护。", "إعدادات القاعة محمية بالرقم السري."],
  unlock: ["Unlock", "Entsperren", "Déverrouiller", "Desbloquear", "解锁", "فتح"],
  lock: ["Lock", "Sperren", "Verrouiller", "Bloquear", "锁定", "قفل"],
  wrongPIN: ["That is not the PIN.", "Das ist nicht die PIN.", "Ce n’est pas le code PIN.", "Ese no es el PIN.", "PIN 码不正确。", "الرقم السري غير صحيح."],
  thisPanel: ["This panel", "Dieses Panel", "Ce panneau", "Este panel", "此面板", "هذه اللوحة"],
  thisRoom: ["This room", "Dieser Raum", "Cette salle", "Esta sala", "本会议室", "هذه القاعة"],
  language: ["Language", "Sprache", "Langue", "Idioma", "语言", "اللغة"],
  theme: ["Colours", "Farben", "Couleurs", "Colores", "配色", "الألوان"],
  automatic: ["Automatic", "Automatisch", "Automatique", "Automático", "自动", "تلقائي"],
  dark: ["Dark", "Dunkel", "Sombre", "Oscuro", "深色", "داكن"],
  light: ["Light", "Hell", "Clair", "Claro", "浅色", "فاتح"],
  leave: ["Unpair this panel", "Panel entkoppeln", "Dissocier ce panneau", "Desvincular este panel", "取消配对", "إلغاء إقران هذه اللوحة"],
  panels: ["Paired panels: {count}", "Gekoppelte Panels: {count}", "Panneaux associés : {count}", "Paneles vinculados: {count}", "已配对面板：{count}", "اللوحات المقترنة: {count}"],
  forget: ["Unpair all others", "Alle anderen entkoppeln", "Dissocier tous les autres", "Desvincular los demás", "取消其他全部配对", "إلغاء إقران الأخرى"],
  kept: ["Kept.", "Gespeichert.", "Enregistré.", "Guardado.", "已保存。", "تم الحفظ."],
  keptNextCall: ["Kept; it counts from the next call.", "Gespeichert; gilt ab dem nächsten Anruf.", "Enregistré ; valable dès le prochain appel.", "Guardado; vale desde la próxima llamada.", "已保存；下次通话生效。", "تم الحفظ؛ يسري من المكالمة التالية."],
  keptRestart: ["Kept; it counts after a restart.", "Gespeichert; gilt nach einem Neustart.", "Enregistré ; valable après un redémarrage.", "Guardado; vale tras reiniciar.", "已保存；重启后生效。", "تم الحفظ؛ يسري بعد إعادة التشغيل."],
  keep: ["Keep", "Speichern", "Enregistrer", "Guardar", "保存", "حفظ"],
  today: ["Today", "Heute", "Aujourd’hui", "Hoy", "今天", "اليوم"],
  yesterday: ["Yesterday", "Gestern", "Hier", "Ayer", "昨天", "أمس"],
  on: ["On", "An", "Oui", "Sí", "开", "نعم"],
  off: ["Off", "Aus", "Non", "No", "关", "لا"],
  set_name: ["Name of the room", "Name des Raums", "Nom de la salle", "Nombre de la sala", "会议室名称", "اسم القاعة"],
  set_call: ["Calls", "Anrufe", "Appels", "Llamadas", "通话", "المكالمات"],
  set_call_auto_answer: ["Answer calls by itself", "Anrufe von selbst annehmen", "Répondre automatiquement", "Responder por sí sola", "自动接听", "الرد تلقائياً"],
  set_call_auto_answer_seconds: ["Seconds until it answers", "Sekunden bis zur Annahme", "Secondes avant de répondre", "Segundos hasta responder", "自动接听前的秒数", "ثوانٍ قبل الرد"],
  set_call_auto_answer_muted: ["Microphone off after answering by itself", "Mikrofon nach Selbstannahme aus", "Micro coupé après réponse automatique", "Micrófono apagado al responder sola", "自动接听后关闭麦克风", "إيقاف الميكروفون بعد الرد التلقائي"],
  set_call_max_bitrate: ["Most bits per second for the picture", "Höchste Bitrate des Bildes", "Débit maximal de l’image", "Máximo de bits por segundo", "视频最高码率", "أقصى معدل بت للصورة"],
  set_call_size: ["Largest picture sent", "Größtes gesendetes Bild", "Plus grande image envoyée", "Mayor imagen enviada", "发送的最大画面", "أكبر صورة تُرسل"],
  set_call_rate: ["Most pictures per second", "Höchste Bildrate", "Images par seconde au plus", "Máximo de imágenes por segundo", "最高帧率", "أقصى عدد صور في الثانية"],
  set_call_max_calls: ["Calls at a time", "Gleichzeitige Anrufe", "Appels simultanés", "Llamadas a la vez", "同时通话数", "مكالمات في آن واحد"],
  set_call_media_port: ["First media port (UDP)", "Erster Medien-Port (UDP)", "Premier port média (UDP)", "Primer puerto de medios (UDP)", "首个媒体端口 (UDP)", "أول منفذ وسائط (UDP)"],
  set_call_media_ports: ["Number of media ports", "Anzahl der Medien-Ports", "Nombre de ports média", "Número de puertos de medios", "媒体端口数量", "عدد منافذ الوسائط"],
  set_audio: ["Sound", "Ton", "Son", "Sonido", "声音", "الصوت"],
  set_audio_volume: ["Volume at the start", "Lautstärke beim Start", "Volume au démarrage", "Volumen inicial", "启动时的音量", "مستوى الصوت عند البدء"],
  set_audio_mute_on_answer: ["Begin calls with the microphone off", "Anrufe mit Mikrofon aus beginnen", "Commencer micro coupé", "Empezar con el micrófono apagado", "通话开始时关闭麦克风", "بدء المكالمات والميكروفون مغلق"],
  set_display: ["Screen", "Bildschirm", "Écran", "Pantalla", "屏幕", "الشاشة"],
  set_display_layout: ["Layout of calls", "Aufteilung in Anrufen", "Disposition des appels", "Distribución de las llamadas", "通话布局", "تخطيط المكالمات"],
  set_display_language: ["Language of the screen", "Sprache des Bildschirms", "Langue de l’écran", "Idioma de la pantalla", "屏幕语言", "لغة الشاشة"],
  set_display_theme: ["Colours of the screen", "Farben des Bildschirms", "Couleurs de l’écran", "Colores de la pantalla", "屏幕配色", "ألوان الشاشة"],
  set_display_standby: ["In standby", "Im Ruhezustand", "En veille", "En reposo", "待机时", "في وضع الاستعداد"],
  set_ringing: ["Ringing", "Klingeln", "Sonnerie", "Timbre", "响铃", "الرنين"],
  set_ringing_tone: ["Ring tone", "Klingelton", "Sonnerie", "Tono", "铃声", "نغمة الرنين"],
  set_ringing_volume: ["Loudness of the ring", "Lautstärke des Klingelns", "Volume de la sonnerie", "Volumen del timbre", "铃声音量", "مستوى الرنين"],
  set_ringing_ringback: ["Tone while it rings over there", "Freiton beim Anrufen", "Tonalité d’appel", "Tono de llamada", "回铃音", "نغمة الانتظار"],
  set_quiet_hours: ["Quiet hours", "Ruhezeit", "Heures calmes", "Horas de silencio", "静音时段", "ساعات الهدوء"],
  set_quiet_hours_from: ["From", "Von", "De", "Desde", "从", "من"],
  set_quiet_hours_to: ["Until", "Bis", "À", "Hasta", "到", "إلى"],
  choice_classic: ["Classic", "Klassisch", "Classique", "Clásico", "经典", "كلاسيكي"],
  choice_chime: ["Chime", "Gong", "Carillon", "Campanilla", "钟声", "جرس"],
  choice_pulse: ["Pulse", "Puls", "Impulsion", "Pulso", "脉冲", "نبض"],
  choice_soft: ["Soft", "Leise", "Doux", "Suave", "柔和", "هادئ"],
  choice_none: ["None", "Keiner", "Aucune", "Ninguno", "无", "بدون"],
  choice_clock: ["Dim clock", "Gedimmte Uhr", "Horloge tamisée", "Reloj tenue", "暗色时钟", "ساعة خافتة"],
  choice_off: ["Screen off", "Bildschirm aus", "Écran éteint", "Pantalla apagada", "关闭屏幕", "إطفاء الشاشة"],
  safeMode: ["Safe mode", "Abgesicherter Betrieb", "Mode sans échec", "Modo seguro", "安全模式", "الوضع الآمن"],
  safeModeHelp: ["The room stopped working several times. It runs without camera and picture now; calls with sound work.", "Der Raum ist mehrmals ausgefallen. Er läuft nun ohne Kamera und Bild; Anrufe mit Ton gehen.", "La salle s’est arrêtée plusieurs fois. Elle marche sans caméra ni image ; les appels ont le son.", "La sala falló varias veces. Ahora funciona sin cámara ni imagen; las llamadas tienen sonido.", "会议室多次意外停止，现在不使用摄像头和画面，仍可进行语音通话。", "توقفت القاعة عدة مرات. تعمل الآن بلا كاميرا ولا صورة، والمكالمات الصوتية متاحة."],
  safeModeLeave: ["Leave safe mode", "Normal weiterarbeiten", "Quitter ce mode", "Salir del modo seguro", "退出安全模式", "الخروج من الوضع الآمن"],
};

let language = "en";

/** Whose words are used now, as ISO 639-1. */
export const currentLanguage = () => language;

/** Chooses the first language that there are words in. */
export function choose(...wishes) {
  const found = wishes.map((wish) => (wish ?? "").slice(0, 2).toLowerCase()).find((wish) => order.includes(wish));
  const next = found ?? "en";
  const isNew = next !== language;
  language = next;
  document.documentElement.lang = language;
  document.documentElement.dir = language === "ar" ? "rtl" : "ltr";
  return isNew;
}

/** The word in the chosen language, with {places} filled. */
export function t(name, values = {}) {
  const text = table[name]?.[order.indexOf(language)] ?? table[name]?.[0] ?? name;
  return text.replace(/\{(\w+)\}/g, (_, place) => String(values[place] ?? ""));
}

export const hasWord = (name) => name in table;

export const clock = (date) => date.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** As the screen of the room writes dates: 25 November, in English, too. */
const region = () => (language === "en" ? "en-GB" : language);

export const longDate = (date) => date.toLocaleDateString(region(), { weekday: "long", day: "numeric", month: "long" });

export function duration(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${hours ? two(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60) % 60}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

/** "14:05", "Yesterday", or a date. */
export function when(date) {
  const day = (other) => new Date(other.getFullYear(), other.getMonth(), other.getDate()).getTime();
  const days = Math.round((day(new Date()) - day(date)) / 86400000);
  if (days === 0) return clock(date);
  if (days === 1) return `${t("yesterday")}, ${clock(date)}`;
  return date.toLocaleDateString(region(), { day: "numeric", month: "short" });
}
