# One command each. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help run test test-host test-lab lint format goldens bench docs deb deb-test setup clean image image-test image-test-pi image-twice

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: ## a room on the simulated board, its touch panel and a second room to call; Ctrl-C ends all
	@.ci/setup build run
	@.ci/rooms

test: ## every tier of tests, the device lab's included
	@.ci/test all

test-host: ## the tests that need no device lab
	@.ci/test host

test-lab: ## the tests inside the device lab only
	@.ci/test lab

lint: ## format, scripts, folders
	@.ci/lint

format: ## puts the Swift files in the project's format
	@swift format --in-place --recursive --parallel Package.swift Sources Tests

goldens: ## paints the golden pictures of the screens anew, to be looked at
	@.ci/setup build run
	@.ci/goldens

bench: ## measured figures beside their goals
	@.ci/setup build run test bench
	@.ci/bench

docs: ## writes the generated reference of the control socket anew
	@swift build --product convenectl
	@"$$(swift build --show-bin-path)/convenectl" describe --markdown >.docs/control-socket.md
	@"$$(swift build --show-bin-path)/convenectl" describe --json-schema >.docs/control-socket.schema.json

deb: ## Debian 13 packages for amd64 and arm64, in .image-out/cross
	@.ci/setup deb
	@Images/cross/deb amd64
	@Images/cross/deb arm64

deb-test: ## the amd64 package in a fresh Debian 13: installed, two rooms in a call, removed (root)
	@.ci/setup deb
	@Images/cross/try-deb

image: ## the box's images and update bundles, for both boards or BOARD=raspberry-pi-4
	@.ci/setup build image
	@for board in $${BOARD:-qemu-arm64 raspberry-pi-4}; do CONVENE_IMAGE_PACK=1 Images/build "$$board" || exit 1; done

image-test: ## boots the image in QEMU and shows calls, updates, fall-back and reset; half an hour and more
	@.ci/setup build run image
	@Tests/Image/run

image-test-pi: ## starts the Raspberry Pi's image in QEMU's board, from U-Boot to the room (root)
	@.ci/setup build image
	@BOARD=raspberry-pi-4 $(MAKE) --no-print-directory image
	@Tests/Image/raspberry-pi

image-twice: ## builds program and image twice and compares the hashes; a quarter of an hour and more
	@.ci/setup build image
	@Tests/Image/reproducible

setup: ## installs what building, running and testing need
	@.ci/setup build run test

clean: ## removes what was built here
	rm -rf .build .lab-out .image-out
