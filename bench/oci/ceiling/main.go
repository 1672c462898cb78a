// Publishes the chunk messages of one artifact from memory, one message at a time: the ceiling that the
// proxy is compared with. Usage: ceiling -broker tcp://host:port -topic t -size bytes -chunk bytes -qos n
package main

import (
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

type chunk struct {
	AppName     string `json:"app_name"`
	ChunkIdx    int    `json:"chunk_idx"`
	TotalChunks int    `json:"total_chunks"`
	Data        string `json:"data"`
}

func main() {
	broker := flag.String("broker", "tcp://127.0.0.1:1883", "broker")
	topic := flag.String("topic", "bench", "topic of the chunks")
	name := flag.String("name", "localhost:5000/bench/artifact", "app_name of the chunks")
	size := flag.Int("size", 100_000_000, "bytes of the artifact")
	chunkSize := flag.Int("chunk", 512_000, "bytes of a chunk")
	qos := flag.Int("qos", 2, "QoS of the chunks")
	flag.Parse()

	data := make([]byte, *size)
	rand.New(rand.NewSource(int64(*size))).Read(data)
	total := (*size + *chunkSize - 1) / *chunkSize
	messages := make([][]byte, 0, total)
	for i := 0; i < total; i++ {
		end := min((i+1)**chunkSize, *size)
		message, err := json.Marshal(chunk{*name, i, total, base64.StdEncoding.EncodeToString(data[i**chunkSize : end])})
		if err != nil {
			fail(err)
		}
		messages = append(messages, message)
	}
	options := mqtt.NewClientOptions().AddBroker(*broker).SetClientID("ceiling").SetCleanSession(true)
	client := mqtt.NewClient(options)
	if token := client.Connect(); token.Wait() && token.Error() != nil {
		fail(token.Error())
	}
	start := time.Now()
	for _, message := range messages {
		token := client.Publish(*topic, byte(*qos), false, message)
		if token.Wait(); token.Error() != nil {
			fail(token.Error())
		}
	}
	fmt.Printf("%.3f\n", float64(time.Since(start).Microseconds())/1000)
	client.Disconnect(250)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
