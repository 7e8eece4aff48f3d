// Reads a log as Go's own checksum database client does: notes by sumdb/note, tiles and proofs by
// sumdb/tlog. Arguments: the log's folder, its verifier key, an older checkpoint, a tlog-proof, and
// the line that it proves. Not here: anything of ours.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type folder string

func (f folder) Height() int { return 8 }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var read [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1) // tlog-tiles fixes the height
		data, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		read = append(read, data)
	}
	return read, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func check(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func read(name string) []byte {
	data, err := os.ReadFile(name)
	check(err)
	return data
}

func head(data []byte, verifier note.Verifier) tlog.Tree {
	opened, err := note.Open(data, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	if lines[0] != verifier.Name() || len(lines) != 4 {
		check(fmt.Errorf("another checkpoint: %q", opened.Text))
	}
	return tlog.Tree{N: size, Hash: root}
}

func main() {
	verifier, err := note.NewVerifier(os.Args[2])
	check(err)
	newest := head(read(filepath.Join(os.Args[1], "checkpoint")), verifier)
	reader := tlog.TileHashReader(newest, folder(os.Args[1]))

	older := head(read(os.Args[3]), verifier)
	tree, err := tlog.ProveTree(newest.N, older.N, reader)
	check(err)
	check(tlog.CheckTree(tree, newest.N, newest.Hash, older.N, older.Hash))

	parts := bytes.SplitN(read(os.Args[4]), []byte("\n\n"), 2)
	lines := strings.Split(string(parts[0]), "\n")
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	check(err)
	var record tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		check(err)
		record = append(record, hash)
	}
	proved := head(parts[1], verifier)
	leaf := tlog.RecordHash(read(os.Args[5]))
	check(tlog.CheckRecord(record, proved.N, proved.Hash, index, leaf))
	again, err := tlog.ProveRecord(newest.N, index, reader)
	check(err)
	check(tlog.CheckRecord(again, newest.N, newest.Hash, index, leaf))
	fmt.Printf("%d extends %d, and has record %d\n", newest.N, older.N, index)
}
