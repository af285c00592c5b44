import PanelServer

/// The files of `Page/`, which the build puts into the program.
enum Page {
    static let assets = [
        PanelAsset(path: "/index.html", bytes: PackageResources.index_html),
        PanelAsset(path: "/panel.css", bytes: PackageResources.panel_css),
        PanelAsset(path: "/panel.webmanifest", bytes: PackageResources.panel_webmanifest),
        PanelAsset(path: "/icon.svg", bytes: PackageResources.icon_svg),
        PanelAsset(path: "/panel.js", bytes: PackageResources.panel_js),
        PanelAsset(path: "/dom.js", bytes: PackageResources.dom_js),
        PanelAsset(path: "/incall.js", bytes: PackageResources.incall_js),
        PanelAsset(path: "/pages.js", bytes: PackageResources.pages_js),
        PanelAsset(path: "/picture.js", bytes: PackageResources.picture_js),
        PanelAsset(path: "/room.js", bytes: PackageResources.room_js),
        PanelAsset(path: "/settings.js", bytes: PackageResources.settings_js),
        PanelAsset(path: "/words.js", bytes: PackageResources.words_js),
    ]
}
